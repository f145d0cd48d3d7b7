// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When an exchange is ended, and what is said then; no time passes here. */
class ExchangeTest {
  private static final Patience PATIENCE =
      new Patience(
          Duration.ofSeconds(10),
          Duration.ofSeconds(100),
          Duration.ofSeconds(20),
          1000,
          Duration.ofMinutes(30),
          1,
          Duration.ZERO);

  /** What has happened, how long ago, and what is said; nothing where it may go on. */
  @ParameterizedTest
  @CsvSource({
    "asked,        9,  ''",
    "asked,        11, the store did not answer for 10 s",
    "assembling,   99, ''",
    "assembling,   101, the store did not answer for 100 s",
    "sending,      9,  ''",
    "sending,      11, the store took nothing after 300 of 5000 bytes for 10 s",
    "sent,         9,  ''",
    "sent,         11, the store did not answer for 10 s",
    "opened again, 11, the store did not answer for 10 s",
    "answered,     99, ''",
    "reading,      9,  ''",
    "reading,      11, the store sent nothing after 300 bytes for 10 s",
  })
  void shouldEndWhatStandsStill(String state, int seconds, String words) throws IOException {
    // given
    var exchange = exchange(state, PATIENCE);

    // when
    var ends = exchange.mustEnd(in(seconds));

    // then
    assertThat(ends).isEqualTo(!words.isEmpty());
    var thrown = new IOException("socket closed");
    if (ends) {
      assertThat(exchange.reason(thrown)).isInstanceOf(GaveUp.class).hasMessage(words);
      assertThat(exchange.mustEnd(in(seconds))).as("once").isFalse();
    } else {
      assertThat(exchange.reason(thrown)).isSameAs(thrown);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sending,   300, the store took only 300 bytes within 20 s",
    "reading,   300, the store sent only 300 bytes within 20 s",
    "reading,   1000, ''",
    "asked,     0,   ''",
    "assembled, 300, ''",
  })
  void shouldEndWhatIsTooSlow(String state, int bytes, String words) {
    // given
    var patient =
        new Patience(
            Duration.ofDays(1),
            Duration.ofDays(1),
            PATIENCE.window(),
            PATIENCE.leastBytes(),
            Duration.ofDays(1),
            1,
            Duration.ZERO);
    var exchange = exchange(state, patient, bytes);

    // then
    assertThat(exchange.mustEnd(in(19))).as("within the window").isFalse();
    assertThat(exchange.mustEnd(in(21))).isEqualTo(!words.isEmpty());
    if (!words.isEmpty()) {
      assertThat(exchange.reason(new IOException("x"))).hasMessage(words);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "asked,    the store had not answered",
    "sending,  the store had taken 300 of 5000 bytes",
    "answered, the store had sent 0 bytes",
    "reading,  the store had sent 300 bytes",
  })
  void shouldEndAtTheDeadlineWhateverIsGoingOn(String state, String words) {
    var exchange = exchange(state, PATIENCE);
    assertThat(exchange.mustEnd(in(1801))).isTrue();
    assertThatThrownBy(() -> exchange.reason(new IOException("x")))
        .isInstanceOf(DeadlinePassed.class)
        .hasMessage(words);
  }

  @Test
  void shouldEndWhenItsThreadIsInterrupted() {
    // given
    var exchange = exchange("reading", PATIENCE);

    // when
    Thread.currentThread().interrupt();
    var ends = exchange.mustEnd(in(0));

    // then
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ends).isTrue();
    assertThatThrownBy(() -> exchange.reason(new IOException("x")))
        .hasMessageContaining("interrupted");
  }

  @ParameterizedTest
  @CsvSource({
    "0,       0 ms",
    "1999,    1999 ms",
    "2000,    2 s",
    "119999,  119 s",
    "120000,  2 min",
    "1800000, 30 min",
  })
  void shouldTellTimeInOneUnit(long millis, String words) {
    assertThat(Exchange.words(Duration.ofMillis(millis))).isEqualTo(words);
  }

  private static Exchange exchange(String state, Patience patience) {
    return exchange(state, patience, 300);
  }

  private static Exchange exchange(String state, Patience patience, int bytes) {
    var exchange = new Exchange(patience, state.startsWith("assembl"), 5000, System.nanoTime());
    switch (state) {
      case "sending" -> exchange.sent(bytes);
      case "sent" -> exchange.sent(5000);
      case "opened again" -> {
        exchange.sent(bytes);
        exchange.bodyOpened();
      }
      case "answered" -> exchange.answered();
      case "reading", "assembled" -> {
        exchange.answered();
        exchange.readStarts();
        exchange.received(bytes);
      }
      default -> {}
    }
    return exchange;
  }

  private static long in(int seconds) {
    return System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
  }
}
