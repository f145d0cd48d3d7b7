// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.program.Printed;
import java.util.Locale;
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

  @ParameterizedTest
  @ValueSource(strings = {"de-DE", "ar-EG-u-nu-arab", "hi-IN-u-nu-deva", "fr-CH"})
  void inAnyLocale_numbersAreAscii(String language) {
    // given
    var before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag(language));

    // when
    try {
      var shown =
          shown(
              true,
              progress -> {
                progress.expect(4096L << 20);
                progress.advance(2048L << 20);
              });

      // then
      assertThat(shown).contains("  50 %  2,048 of 4,096 MiB  ");
    } finally {
      Locale.setDefault(before);
    }
  }

  private static String shown(boolean terminal, Consumer<TerminalProgress> work) {
    return Printed.by(() -> work.accept(new TerminalProgress(terminal))).err();
  }
}
