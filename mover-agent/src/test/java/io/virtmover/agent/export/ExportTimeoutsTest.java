// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The usual limits must fit together, whatever they are. */
class ExportTimeoutsTest {
  private final ExportTimeouts usual = ExportTimeouts.usual();

  @Test
  void aPodThatComesBack_isWaitedForLongerThanAnAddressThatMayBeWrong() {
    assertThat(usual.retry().outage()).isEqualTo(Duration.ofMinutes(6));
    assertThat(usual.retry().firstContact()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void everyPatience_hasRoomForSeveralTries() {
    // given
    var retry = usual.retry();

    // then
    assertThat(retry.firstPause()).isPositive().isLessThan(retry.longestPause());
    assertThat(retry.longestPause().multipliedBy(2)).isLessThanOrEqualTo(retry.odd());
    assertThat(retry.odd()).isLessThan(retry.firstContact());
    assertThat(usual.connect().multipliedBy(2)).isLessThan(retry.firstContact());
  }

  @Test
  void oneStalledExchange_doesNotUseUpTheWholePatience() {
    // given
    var exchange = usual.exchange();

    // then
    assertThat(exchange.idle().multipliedBy(2)).isLessThan(usual.retry().outage());
    assertThat(exchange.window()).isLessThan(exchange.total());
  }

  @Test
  void theLargestRead_fitsIntoAnExchangeAtTheLeastRate() {
    // given
    var exchange = usual.exchange();
    var windows = exchange.total().dividedBy(exchange.window());

    // then: what it does not bring in time is asked for again, from there on
    assertThat(windows * exchange.leastBytes()).isGreaterThanOrEqualTo(2 << 20);
  }
}
