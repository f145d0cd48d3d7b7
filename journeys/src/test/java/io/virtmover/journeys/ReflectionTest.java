// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.fabric8.kubernetes.client.CustomResource;
import io.virtmover.lab.programs.LabPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The classes of ours that libraries read and write by reflection: objects of the API server,
 * answers over HTTP, options of the command line. A native executable has only those that its build
 * has registered; {@code bin/native-sources} looks whether it has. {@code -Dgolden.rewrite=true}
 * writes the list anew.
 */
class ReflectionTest {
  private static final Path LIST =
      LabPrograms.script("bin/native-sources").resolveSibling("reflection.txt");

  private static final String JSON = "com.fasterxml.jackson.";
  private static final String OPTIONS = "picocli.";
  private static final String REGISTERED = "io.quarkus.runtime.annotations.RegisterForReflection";
  private static final String RESOURCE = "jakarta.ws.rs.Path";
  private static final String HTTP_METHODS = "jakarta.ws.rs.";

  private static final String LAB = "io.virtmover.lab.";

  @Test
  void everyClassThatIsUsedByReflection_isInTheList() throws IOException {
    // when
    var found = new TreeSet<String>();
    var waiting = new ArrayDeque<JavaClass>();
    for (var one : product()) {
      roots(one).forEach(waiting::add);
    }
    while (!waiting.isEmpty()) {
      var next = waiting.remove();
      if (next.getName().startsWith("io.virtmover.")
          && !next.isInterface()
          && found.add(next.getName())) {
        parts(next).forEach(waiting::add);
      }
    }

    // then
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.write(LIST, found);
    }
    assertThat(found).isNotEmpty().containsExactlyElementsOf(Files.readAllLines(LIST));
  }

  /** All but tests and the laboratory. */
  private static List<JavaClass> product() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.virtmover")
            .stream()
            .filter(one -> !one.getName().startsWith(LAB))
            .toList();
  }

  private static Stream<JavaClass> roots(JavaClass one) {
    if (isBound(one)) {
      return Stream.concat(Stream.of(one), named(one));
    }
    if (one.isAssignableTo(CustomResource.class)) {
      return Stream.concat(
          Stream.of(one), one.getSuperclass().stream().flatMap(ReflectionTest::involved));
    }
    return one.isAnnotatedWith(RESOURCE)
        ? one.getMethods().stream()
            .filter(ReflectionTest::isHttp)
            .flatMap(
                method ->
                    Stream.concat(
                        involved(method.getReturnType()),
                        method.getParameterTypes().stream().flatMap(ReflectionTest::involved)))
        : Stream.of();
  }

  /** Classes that its annotations name, as the one that tells the version. */
  private static Stream<JavaClass> named(JavaClass one) {
    return one.getAnnotations().stream()
        .flatMap(annotation -> annotation.getProperties().values().stream())
        .flatMap(value -> value instanceof JavaClass[] many ? Stream.of(many) : Stream.of(value))
        .filter(JavaClass.class::isInstance)
        .map(JavaClass.class::cast);
  }

  /** Of a command only what is an option, or has options; of all else every field. */
  private static Stream<JavaClass> parts(JavaClass one) {
    var isCommand = isBound(one, OPTIONS);
    return one.getFields().stream()
        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
        .filter(field -> !isCommand || isBy(field.getAnnotations().stream(), OPTIONS))
        .flatMap(field -> involved(field.getType()));
  }

  private static boolean isBound(JavaClass one) {
    return one.isAnnotatedWith(REGISTERED) || isBound(one, OPTIONS) || isBound(one, JSON);
  }

  /** By an annotation of its own, or of a member. */
  private static boolean isBound(JavaClass one, String annotations) {
    return isBy(
        Stream.concat(
            one.getAnnotations().stream(),
            one.getMembers().stream().flatMap(member -> member.getAnnotations().stream())),
        annotations);
  }

  private static boolean isBy(Stream<? extends JavaAnnotation<?>> annotations, String library) {
    return annotations.anyMatch(
        annotation -> annotation.getRawType().getName().startsWith(library));
  }

  private static boolean isHttp(JavaMethod method) {
    return isBy(method.getAnnotations().stream(), HTTP_METHODS);
  }

  private static Stream<JavaClass> involved(JavaType type) {
    return type.getAllInvolvedRawTypes().stream();
  }
}
