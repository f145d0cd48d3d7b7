// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
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

  /** Annotations that say so; a class or a member of it has one. */
  private static final List<String> BINDING = List.of("com.fasterxml.jackson.", "picocli.");

  private static final String REGISTERED = "io.quarkus.runtime.annotations.RegisterForReflection";
  private static final String RESOURCE = "jakarta.ws.rs.Path";
  private static final String HTTP_METHODS = "jakarta.ws.rs.";

  /** Neither tests nor the laboratory. */
  private static final ImportOption PRODUCT =
      location ->
          ImportOption.Predefined.DO_NOT_INCLUDE_TESTS.includes(location) && !isLab(location);

  @Test
  void everyClassThatIsUsedByReflection_isInTheList() throws IOException {
    // when
    var found = new TreeSet<String>();
    var waiting = new ArrayDeque<JavaClass>();
    for (var one :
        new ClassFileImporter().withImportOption(PRODUCT).importPackages("io.virtmover")) {
      roots(one).forEach(waiting::add);
    }
    while (!waiting.isEmpty()) {
      var next = waiting.remove();
      if (next.getName().startsWith("io.virtmover.")
          && !next.isInterface()
          && found.add(next.getName())) {
        next.getFields().stream()
            .filter(field -> !field.getModifiers().toString().contains("STATIC"))
            .flatMap(field -> involved(field.getType()))
            .forEach(waiting::add);
      }
    }

    // then
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.write(LIST, found);
    }
    assertThat(found).isNotEmpty().containsExactlyElementsOf(Files.readAllLines(LIST));
  }

  private static boolean isLab(Location location) {
    return location.contains("/lab/");
  }

  private static Stream<JavaClass> roots(JavaClass one) {
    if (isBound(one)) {
      return Stream.of(one);
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

  private static boolean isBound(JavaClass one) {
    return one.isAnnotatedWith(REGISTERED)
        || Stream.concat(
                one.getAnnotations().stream(),
                one.getMembers().stream()
                    .map(JavaMember::getAnnotations)
                    .flatMap(all -> all.stream()))
            .map(JavaAnnotation::getRawType)
            .anyMatch(type -> BINDING.stream().anyMatch(type.getName()::startsWith));
  }

  private static boolean isHttp(JavaMethod method) {
    return method.getAnnotations().stream()
        .anyMatch(annotation -> annotation.getRawType().getName().startsWith(HTTP_METHODS));
  }

  private static Stream<JavaClass> involved(JavaType type) {
    return type.getAllInvolvedRawTypes().stream();
  }
}
