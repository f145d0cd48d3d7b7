// SPDX-License-Identifier: Apache-2.0
package io.virtmover.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnreadableTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new NoSuchFileException("/x"), "there is no such file"),
        Arguments.of(new AccessDeniedException("/x"), "permission denied"),
        Arguments.of(
            new FileSystemException("/x", null, "Too many levels of symbolic links"),
            "Too many levels of symbolic links"),
        Arguments.of(new FileSystemException("/x"), "reading it failed (/x)"),
        Arguments.of(
            new IOException("Input/output error"), "reading it failed (Input/output error)"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailure_isToldInWords(IOException failure, String why) {
    assertThat(Unreadable.why(failure)).isEqualTo(why);
  }

  /** What the JDK really throws. */
  @Test
  void filesThatCannotBeRead_areToldApart(@TempDir Path folder) throws IOException {
    // given
    var loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, loop);

    // then
    assertThat(whyOf(folder)).isEqualTo("it is a folder");
    assertThat(whyOf(folder.resolve("nowhere"))).isEqualTo("there is no such file");
    assertThat(whyOf(loop)).contains("symbolic links");
  }

  private static String whyOf(Path file) {
    return Unreadable.why(catchThrowableOfType(IOException.class, () -> Files.readString(file)));
  }
}
