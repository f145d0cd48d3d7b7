// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The usual limits, by the clock. */
class ExchangeWatchTest {
  private final Ticks clock = new Ticks();
  private final ExchangeWatch watch = new ExchangeWatch(ExportTimeouts.usual().exchange(), clock);

  @Test
  void headersThatDoNotCome_areWaitedForAMinute() {
    clock.seconds(59);
    assertThat(watch.complaint()).isEmpty();
    clock.seconds(2);
    assertThat(watch.complaint()).hasValue("no answer began within 60 s");
  }

  @Test
  void lateHeaders_giveTheBodyAWholeMinute() {
    clock.seconds(59);
    watch.headersCame();
    clock.seconds(59);
    assertThat(watch.complaint()).isEmpty();
    clock.seconds(2);
    assertThat(watch.complaint()).hasValue("no byte came for 60 s after the first 0 of an answer");
  }

  @Test
  void aByteEvery59Seconds_endsAfterTheFirstWindow() {
    watch.headersCame();
    clock.seconds(59);
    watch.bytesCame(1);
    assertThat(watch.complaint()).isEmpty();
    clock.seconds(2);
    assertThat(watch.complaint()).hasValue("only 1 bytes came within 61 s");
  }

  @Test
  void theLeastRate_isHeldInEveryWindow() {
    watch.headersCame();
    for (var minute = 0; minute < 3; minute++) {
      clock.seconds(60.5);
      watch.bytesCame(240 << 10);
      assertThat(watch.complaint()).as("minute %d", minute).isEmpty();
    }
    watch.bytesCame((240 << 10) - 1);
    clock.seconds(59);
    watch.bytesCame(0);
    assertThat(watch.complaint()).isEmpty();
    clock.seconds(2);
    assertThat(watch.complaint()).hasValue("only 245759 bytes came within 61 s");
  }

  @Test
  void evenAFastAnswer_endsAfterTenMinutes() {
    watch.headersCame();
    for (var second = 0; second < 600; second++) {
      clock.seconds(1);
      watch.bytesCame(1 << 20);
      assertThat(watch.complaint()).as("second %d", second).isEmpty();
    }
    clock.seconds(1);
    assertThat(watch.complaint())
        .hasValue("an answer was not complete after 600 s, 629145600 bytes of it had come");
  }
}
