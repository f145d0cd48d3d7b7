// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Gives the classes of a library that still runs on Java 5 the format of Java 8, with the maps of
 * its verifier: the JVM takes no older ones into an AOT cache and verifies them at every start.
 */
public final class NewerClassFiles {
  private static final int JAVA_6 = ClassFile.JAVA_6_VERSION;

  private NewerClassFiles() {}

  /**
   * Rewrites the jars whose names begin so.
   *
   * @param args folder of the jars, beginning of their names
   */
  public static void main(String[] args) throws IOException {
    var jars = 0;
    try (var found = Files.newDirectoryStream(Path.of(args[0]), args[1] + "*.jar")) {
      for (var jar : found) {
        rewrite(jar);
        jars++;
      }
    }
    if (jars == 0) {
      System.err.printf("No jar in %s begins with %s.%n", args[0], args[1]);
      System.exit(1);
    }
  }

  private static void rewrite(Path jar) throws IOException {
    try (var files = FileSystems.newFileSystem(jar)) {
      var root = files.getPath("/");
      var classes =
          ClassHierarchyResolver.ofResourceParsing(
                  type -> {
                    var name = type.descriptorString();
                    var file = root.resolve(name.substring(1, name.length() - 1) + ".class");
                    try {
                      return Files.exists(file) ? Files.newInputStream(file) : null;
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  })
              .orElse(ClassHierarchyResolver.defaultResolver());
      var format =
          ClassFile.of(
              StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(classes));
      try (Stream<Path> walk = Files.walk(root)) {
        for (var file : walk.filter(path -> path.toString().endsWith(".class")).toList()) {
          rewrite(file, format);
        }
      }
    }
  }

  private static void rewrite(Path file, ClassFile format) throws IOException {
    var old = format.parse(Files.readAllBytes(file));
    if (old.majorVersion() >= JAVA_6) {
      return;
    }
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
          } else {
            builder.with(element);
          }
        };
    var maps = ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);
    var bytes = format.transformClass(old, version.andThen(maps));
    var errors = format.verify(bytes);
    if (!errors.isEmpty()) {
      throw new IllegalStateException(file + " cannot be rewritten: " + errors);
    }
    var time = Files.getLastModifiedTime(file);
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, time);
  }
}
