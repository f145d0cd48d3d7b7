// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ProcessOutputTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @ParameterizedTest
  @CsvSource({
    "'one', 'one'",
    "'one~n', 'one'",
    "'one~ntwo~n', 'one; two'",
    "'one ~r~n~n  two', 'one; two'",
    "'~n one', 'one'",
    "'red\u001b[31m', 'red?[31m'",
    "'a\tb', 'a?b'",
    "'\u00e4', '\u00e4'",
    "'', 'it did not say why'",
    "'~n ~n', 'it did not say why'"
  })
  void whatIsSaid_isShownAsOneLine(String said, String line) {
    var text = said.replace("~n", "\n").replace("~r", "\r");
    assertThat(new ProcessOutput(in(text)).line(LONG)).isEqualTo(line);
  }

  @Test
  void aFlood_isTakenToItsEndAndItsBeginningKept() {
    // given
    var flood = "first " + "w".repeat(100_000);

    // when
    var output = new ProcessOutput(in(flood));

    // then
    assertThat(output.line(LONG)).isEqualTo(flood.substring(0, 500));
    assertThat(output.count()).isEqualTo(flood.length());
  }

  @Test
  void whatCameBeforeABreak_isKept() throws IOException {
    // given
    var closed = InputStream.nullInputStream();
    closed.close();
    var broken = new SequenceInputStream(in("disk full"), closed);

    // then
    assertThat(new ProcessOutput(broken).line(LONG)).isEqualTo("disk full");
  }

  @Test
  void aProgramThatHoldsItsOutputOpen_isNotWaitedForLongerThanSaid() throws IOException {
    try (var program = new PipedOutputStream();
        var pipe = new PipedInputStream(program)) {
      // given
      var output = new ProcessOutput(pipe);
      program.write("so far".getBytes(UTF_8));
      program.flush();
      while (output.count() < "so far".length()) {
        Thread.onSpinWait();
      }

      // then
      assertThat(output.line(Duration.ofMillis(1))).isEqualTo("so far");
    }
  }

  @Test
  void whoIsInterrupted_getsWhatThereIsAndStaysInterrupted() throws IOException {
    try (var program = new PipedOutputStream();
        var pipe = new PipedInputStream(program)) {
      // given
      var output = new ProcessOutput(pipe);
      Thread.currentThread().interrupt();

      // then
      assertThat(output.line(LONG)).isEqualTo("it did not say why");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static InputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }
}
