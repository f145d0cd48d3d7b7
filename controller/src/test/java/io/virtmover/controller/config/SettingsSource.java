// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.config;

import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;

/** The settings as their interface is written: only there are the words about them. */
final class SettingsSource {
  /**
   * Settings under one heading.
   *
   * @param heading what they have in common
   */
  record Group(String heading, List<Setting> settings) {}

  /** One of them. */
  record Setting(String key, String type, Optional<String> defaultValue, String words) {}

  private static final Path SOURCE =
      Path.of("src/main/java/io/virtmover/controller/config/ControllerConfig.java");
  private static final Map<String, String> TYPES =
      Map.of(
          "String", "text",
          "boolean", "`true` or `false`",
          "int", "number",
          "long", "number",
          "Duration", "duration",
          "Set<String>", "texts, by commas",
          "List<String>", "texts, by commas",
          "Map<String, String>", "a property for each text");

  private final DocTrees documents;
  private final List<Group> groups = new ArrayList<>();

  private SettingsSource(DocTrees documents) {
    this.documents = documents;
  }

  static List<Group> read() throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjects(SOURCE.toFile()));
      var unit = task.parse().iterator().next();
      var source = new SettingsSource(DocTrees.instance(task));
      var top = (ClassTree) unit.getTypeDecls().getFirst();
      source.group(new TreePath(new TreePath(unit), top), ControllerConfig.PREFIX);
      return source.groups;
    }
  }

  private void group(TreePath path, String prefix) {
    var settings = new ArrayList<Setting>();
    var heading = prefix.equals(ControllerConfig.PREFIX) ? "General" : words(path);
    groups.add(new Group(heading.replaceAll("[.;].*", ""), settings));
    for (var member : ((ClassTree) path.getLeaf()).getMembers()) {
      if (!(member instanceof MethodTree method)) {
        continue;
      }
      var key = prefix + "." + kebab(method.getName().toString());
      var type = method.getReturnType().toString();
      var nested = nested(path, type);
      if (nested.isPresent() && nested.get().getLeaf().getKind() == Tree.Kind.INTERFACE) {
        group(nested.get(), key);
      } else {
        settings.add(
            new Setting(
                key,
                nested.map(SettingsSource::choices).orElseGet(() -> typeWords(type)),
                defaultValue(method.getModifiers()),
                words(new TreePath(path, method))));
      }
    }
  }

  private static Optional<TreePath> nested(TreePath path, String type) {
    for (var at = path; at != null && at.getLeaf() instanceof ClassTree; at = at.getParentPath()) {
      for (var member : ((ClassTree) at.getLeaf()).getMembers()) {
        if (member instanceof ClassTree nested && nested.getSimpleName().contentEquals(type)) {
          return Optional.of(new TreePath(at, nested));
        }
      }
    }
    return Optional.empty();
  }

  private static String choices(TreePath constants) {
    return ((ClassTree) constants.getLeaf())
        .getMembers().stream()
            .filter(VariableTree.class::isInstance)
            .map(constant -> ((VariableTree) constant).getName().toString())
            .map(name -> "`%s`".formatted(name.toLowerCase(Locale.ROOT).replace('_', '-')))
            .collect(Collectors.joining(", "));
  }

  private static String typeWords(String type) {
    var plain = type.replaceAll("^Optional<(.*)>$", "$1");
    return Optional.ofNullable(TYPES.get(plain))
        .orElseThrow(() -> new AssertionError("there are no words for the type " + plain));
  }

  private static Optional<String> defaultValue(ModifiersTree modifiers) {
    return modifiers.getAnnotations().stream()
        .filter(one -> one.getAnnotationType().toString().equals("WithDefault"))
        .map(AnnotationTree::getArguments)
        .map(arguments -> (com.sun.source.tree.LiteralTree) arguments.getFirst())
        .map(value -> (String) value.getValue())
        .findFirst();
  }

  private String words(TreePath path) {
    var comment = documents.getDocCommentTree(path);
    if (comment == null) {
      throw new AssertionError("nothing is said about " + path.getLeaf());
    }
    return comment.getFullBody().stream()
        .map(SettingsSource::text)
        .collect(Collectors.joining())
        .replaceAll("\\s+", " ")
        .replace("|", "\\|")
        .strip();
  }

  private static String text(DocTree part) {
    return part instanceof LiteralTree literal
        ? "`%s`".formatted(literal.getBody())
        : part.toString();
  }

  private static String kebab(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
