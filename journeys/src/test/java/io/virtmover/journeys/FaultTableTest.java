// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The fault table of docs/operations.md: each row names tests, and they are there. */
class FaultTableTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Pattern NAME = Pattern.compile("`(\\w+)(?:\\.(\\w+))?`");

  /** Header and line below it. */
  private static final int HEAD = 2;

  @Test
  void everyRow_isProvedByTestsThatExist() throws IOException {
    // given
    var rows = rows();
    var sources = sources();

    // when
    var wrong = new ArrayList<String>();
    for (var row : rows) {
      var names = NAME.matcher(row.substring(row.lastIndexOf('|', row.length() - 2))).results();
      var tests = names.toList();
      if (tests.isEmpty()) {
        wrong.add("no test: " + row);
      }
      tests.stream()
          .filter(test -> !isThere(sources, test.group(1), Optional.ofNullable(test.group(2))))
          .forEach(test -> wrong.add("no such test: " + test.group()));
    }

    // then
    assertThat(rows).hasSizeGreaterThan(HEAD);
    assertThat(wrong).isEmpty();
  }

  private static List<String> rows() throws IOException {
    return Files.readAllLines(ROOT.resolve("docs/operations.md")).stream()
        .dropWhile(line -> !line.equals("## Faults"))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("|"))
        .skip(HEAD)
        .toList();
  }

  private static boolean isThere(List<Path> sources, String type, Optional<String> method) {
    return sources.stream()
        .filter(file -> file.endsWith(type + ".java"))
        .map(FaultTableTest::text)
        .anyMatch(
            text -> method.map(name -> text.contains("void %s(".formatted(name))).orElse(true));
  }

  private static List<Path> sources() throws IOException {
    var found = new ArrayList<Path>();
    try (var modules = Files.newDirectoryStream(ROOT)) {
      for (var module : modules) {
        var folder = module.resolve("src/test/java");
        if (Files.isDirectory(folder)) {
          try (var files = Files.walk(folder)) {
            files.filter(Files::isRegularFile).forEach(found::add);
          }
        }
      }
    }
    return found;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
