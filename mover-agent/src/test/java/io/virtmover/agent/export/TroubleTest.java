// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.export.Trouble.Contact;
import io.virtmover.agent.export.Trouble.Passing;
import io.virtmover.failure.FailureKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TroubleTest {
  @ParameterizedTest
  @CsvSource({
    "OUTAGE,   LONG,  LONG",
    "ODD,      SHORT, SHORT",
    "ABSENT,   SHORT, LONG",
    "REFUSED,  NONE,  SHORT",
    "STRANGER, NONE,  LONG",
    "NEVER,    NONE,  NONE"
  })
  void aServerThatWasGood_isHopedForLonger(
      Passing passing, Trouble.Patience atFirst, Trouble.Patience onceServed) {
    assertThat(passing.patience(Contact.NONE)).isEqualTo(atFirst);
    assertThat(passing.patience(Contact.REACHED)).isEqualTo(atFirst);
    assertThat(passing.patience(Contact.SERVED)).isEqualTo(onceServed);
  }

  @ParameterizedTest
  @EnumSource(Passing.class)
  void noTrouble_isHopedForLessOnceTheServerWasGood(Passing passing) {
    assertThat(passing.patience(Contact.SERVED))
        .isGreaterThanOrEqualTo(passing.patience(Contact.NONE));
  }

  @ParameterizedTest
  @CsvSource({"500, true", "499, false", "501, false", "502, false", "503, false", "0, false"})
  void only500_isTheServersWordForTheEnd(int status, boolean is) {
    assertThat(Trouble.outage(status, "it is away", null).isServerError()).isEqualTo(is);
  }

  @Test
  void anOutageWithoutAnAnswer_hasNoStatus() {
    // given
    var trouble = Trouble.outage("it is away", null);

    // then
    assertThat(trouble.status()).isZero();
    assertThat(trouble.passing()).isEqualTo(Passing.OUTAGE);
    assertThat(trouble.kind()).isEqualTo(FailureKind.UNAVAILABLE);
  }
}
