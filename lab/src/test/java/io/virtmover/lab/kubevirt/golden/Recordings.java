// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.virtmover.lab.kubevirt.api.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The recordings there are: a folder per release, named as people call it, with a file per
 * scenario. Read from the sources, where no file of an earlier build is left.
 */
final class Recordings {
  static final Path FOLDER = Path.of("src/test/resources/kubevirt-backup");
  private static final String FILE = ".yaml";

  private Recordings() {}

  /** The releases that were recorded; one that the stand-in does not know is an error. */
  static List<Release> releases() {
    return children(FOLDER)
        .filter(Files::isDirectory)
        .map(folder -> Release.named(folder.getFileName().toString()))
        .sorted()
        .toList();
  }

  /** The scenarios of a release, by name. */
  static List<String> scenarios(Release release) {
    return children(folder(release))
        .map(file -> file.getFileName().toString())
        .filter(name -> name.endsWith(FILE))
        .map(name -> name.substring(0, name.length() - FILE.length()))
        .sorted()
        .toList();
  }

  /** Whether there is a recording of this name, {@code 1.8/push-full} for example. */
  static boolean exists(String name) {
    return Files.isRegularFile(FOLDER.resolve(name + FILE));
  }

  static Path file(Release release, String scenario) {
    return folder(release).resolve(scenario + FILE);
  }

  private static Path folder(Release release) {
    return FOLDER.resolve(release.text());
  }

  private static Stream<Path> children(Path folder) {
    try (var children = Files.list(folder)) {
      return children.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
