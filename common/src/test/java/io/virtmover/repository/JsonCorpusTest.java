// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Documents that are not what they should be. Beside each lies a text: its first line must be part
 * of the message, the rest says what is wrong.
 */
class JsonCorpusTest {
  private static final Path CORPUS = Path.of("src/test/resources/json-corpus");

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(CORPUS)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.substring(0, name.length() - ".json".length()))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldRefuseItAndSayWhy(String name) throws IOException {
    // given
    var reader = DocumentReader.of(name);
    var words = Files.readAllLines(CORPUS.resolve(name + ".txt")).getFirst();

    // when
    var failure =
        catchThrowableOfType(
            VirtMoverException.class,
            () -> reader.read(Files.readAllBytes(CORPUS.resolve(name + ".json"))));

    // then
    assertThat(failure).isNotNull();
    assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP);
    assertThat(failure)
        .message()
        .startsWith(reader.key() + " cannot be read: ")
        .contains(words)
        .hasLineCount(1)
        .hasSizeLessThan(700);
  }
}
