// SPDX-License-Identifier: Apache-2.0
package io.virtmover.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a run leaves that an AOT cache is made from. */
public final class TrainingFiles {
  private static final Pattern OUTPUT =
      Pattern.compile("-XX:AOT(?:CacheOutput|Configuration)=(.+)");

  private TrainingFiles() {}

  /** What the JVM of the program writes at its end: an AOT cache, or the configuration of one. */
  public static Path output(List<String> program) {
    return program.stream()
        .map(OUTPUT::matcher)
        .filter(Matcher::matches)
        .map(option -> Path.of(option.group(1)))
        .findFirst()
        .orElseThrow();
  }

  /** Deletes a folder and what is in it. */
  public static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
