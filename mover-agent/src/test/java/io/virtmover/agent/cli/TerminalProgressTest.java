// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalProgressTest {
  private static final String CLEARED = "\r" + " ".repeat(80) + "\r";

  @ParameterizedTest
  @CsvSource({
    "4, 0, 0,  0",
    "4, 1, 7,  25",
    "4, 2, 15, 50",
    "4, 4, 30, 100",
    "4, 5, 30, 100",
    "0, 0, 30, 100"
  })
  void onATerminal_theShareIsDrawn(int expected, int done, int full, int percent) {
    // when
    var shown =
        shown(
            true,
            progress -> {
              progress.expect((long) expected << 20);
              progress.advance((long) done << 20);
            });

    // then
    assertThat(shown)
        .startsWith("\r[%s%s] ".formatted("#".repeat(full), ".".repeat(30 - full)))
        .contains(" %d %%  %d of %d MiB ".formatted(percent, done, expected))
        .doesNotContain("\n");
  }

  @Test
  void onATerminal_aWarningTakesThePlaceOfTheLine() {
    // when
    var shown =
        shown(
            true,
            progress -> {
              progress.advance(0);
              progress.warn("it is late");
            });

    // then
    assertThat(shown).endsWith(CLEARED + "virtmover: warning: it is late\n");
  }

  @Test
  void theEnd_clearsTheLineOnce() {
    // when
    var shown =
        shown(
            true,
            progress -> {
              progress.advance(0);
              progress.end();
              progress.end();
            });

    // then
    assertThat(shown).endsWith(CLEARED).doesNotContain(CLEARED + CLEARED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whereNoLineIsShown_thereIsNothingToClear(boolean terminal) {
    // when
    var shown =
        shown(
            terminal,
            progress -> {
              progress.warn("it is late");
              progress.end();
            });

    // then
    assertThat(shown).isEqualTo("virtmover: warning: it is late\n");
  }

  @Test
  void whereThereIsNoTerminal_onlyWarningsAreShown() {
    // when
    var shown =
        shown(
            false,
            progress -> {
              progress.expect(1);
              progress.advance(1);
              progress.end();
            });

    // then
    assertThat(shown).isEmpty();
  }

  private static String shown(boolean terminal, Consumer<TerminalProgress> work) {
    var out = new ByteArrayOutputStream();
    var before = System.err;
    System.setErr(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      work.accept(new TerminalProgress(terminal));
    } finally {
      System.setErr(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
