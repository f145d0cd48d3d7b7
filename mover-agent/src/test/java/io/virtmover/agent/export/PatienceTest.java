// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.export.Trouble.Contact;
import io.virtmover.agent.export.Trouble.Passing;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long the usual limits hope, by the clock. */
class PatienceTest {
  private final Ticks clock = new Ticks();
  private final Patience patience = new Patience("https://host/d", ExportTimeouts.usual(), clock);

  /** What is asked again and again at the pauses that are said, each try failing at once. */
  @ParameterizedTest
  @CsvSource({
    "OUTAGE,   NONE,    17, 61",
    "OUTAGE,   REACHED, 77, 361",
    "OUTAGE,   SERVED,  77, 361",
    "ODD,      NONE,     7, 11",
    "ODD,      REACHED,  7, 11",
    "ODD,      SERVED,   7, 11",
    "ABSENT,   REACHED,  7, 11",
    "ABSENT,   SERVED,  77, 361",
    "REFUSED,  REACHED,  1, 0",
    "REFUSED,  SERVED,   7, 11",
    "STRANGER, REACHED,  1, 0",
    "STRANGER, SERVED,  77, 361",
    "NEVER,    REACHED,  1, 0",
    "NEVER,    SERVED,   1, 0"
  })
  void aFailureThatStays_isTriedFor(Passing passing, Contact contact, int tries, int seconds) {
    var failures = 0;
    var waited = Duration.ZERO;
    try {
      while (true) {
        failures++;
        var pause = patience.after(trouble(passing), "data at byte 7", contact);
        waited = waited.plus(pause);
        clock.pass(pause);
      }
    } catch (VirtMoverException e) {
      assertThat(e.kind()).isEqualTo(FailureKind.UNAVAILABLE);
      assertThat(e)
          .hasMessageStartingWith("https://host/d did not deliver its data at byte 7")
          .hasMessageEndingWith(": it is away. Wait.");
    }
    assertThat(failures).isEqualTo(tries);
    assertThat(waited.toSeconds()).isEqualTo(seconds);
  }

  @Test
  void progress_startsTheClockAnew() {
    for (var i = 0; i < 10; i++) {
      clock.seconds(300);
      patience.progress(240 << 10);
      assertThat(outage()).isEqualTo(Duration.ofMillis(200));
    }
    clock.seconds(300);
    patience.progress((240 << 10) - 1);
    outage();
    clock.seconds(100);
    assertThatThrownBy(this::outage).hasMessageContaining("within 3400 s and 12 tries: it is away");
  }

  @Test
  void aFirstTryThatTakesLongerThanThePatience_isRepeatedOnce() {
    clock.seconds(1000);
    assertThat(outage()).isEqualTo(Duration.ofMillis(200));
    assertThatThrownBy(this::outage).isInstanceOf(VirtMoverException.class);
  }

  private Duration outage() {
    return patience.after(trouble(Passing.OUTAGE), "data at byte 7", Contact.SERVED);
  }

  private static Trouble trouble(Passing passing) {
    return new Trouble(passing, FailureKind.UNAVAILABLE, "it is away", "Wait.");
  }
}
