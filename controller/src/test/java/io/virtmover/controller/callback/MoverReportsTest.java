// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.mover.MoverPod;
import io.virtmover.controller.mover.Reported;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.transfer.Outcome;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MoverReportsTest {
  private static final String ATTEMPT = "du-night-1-0a1b2c3d4e";
  private static final Instant MADE = Instant.parse("2026-03-01T02:00:00Z");
  private static final MoverPod DRAINED = new MoverPod("uid-1", "pod-x", MADE);
  private static final MoverPod AGAIN = new MoverPod("uid-2", "pod-a", MADE.plusSeconds(60));
  private static final TransferStatus.Progress MUCH = new TransferStatus.Progress(100, 90);
  private static final TransferStatus.Progress LITTLE = new TransferStatus.Progress(100, 3);
  private static final Outcome STOPPED = new Outcome.Canceled("By a signal.");

  private final MoverReports reports = new MoverReports();

  @Test
  void aPodThatRunsAgain_isBelievedAndNotTheOneBefore() {
    // given
    reports.tell(ATTEMPT, DRAINED, MUCH);
    reports.tell(ATTEMPT, DRAINED, STOPPED);

    // when
    reports.tell(ATTEMPT, AGAIN, LITTLE);

    // then
    assertThat(reports.of(ATTEMPT)).isEqualTo(Reported.by(AGAIN).with(LITTLE));
  }

  @Test
  void whatAnOlderPodStillTells_isNothing() {
    // given
    reports.tell(ATTEMPT, AGAIN, LITTLE);

    // when
    reports.tell(ATTEMPT, DRAINED, MUCH);
    reports.tell(ATTEMPT, DRAINED, STOPPED);

    // then
    assertThat(reports.of(ATTEMPT)).isEqualTo(Reported.by(AGAIN).with(LITTLE));
  }

  @Test
  void progressAfterTheEnd_isLate() {
    // given
    reports.tell(ATTEMPT, AGAIN, STOPPED);

    // when
    reports.tell(ATTEMPT, AGAIN, LITTLE);

    // then
    assertThat(reports.of(ATTEMPT)).isEqualTo(Reported.by(AGAIN).with(STOPPED));
  }

  @Test
  void anAttemptThatIsOver_isForgotten() {
    // given
    reports.tell(ATTEMPT, AGAIN, LITTLE);

    // when
    reports.forget(ATTEMPT);

    // then
    assertThat(reports.of(ATTEMPT)).isEqualTo(Reported.NOTHING);
  }
}
