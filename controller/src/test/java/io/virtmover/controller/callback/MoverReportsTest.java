// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.virtmover.controller.Naming;
import io.virtmover.controller.mover.MoverPod;
import io.virtmover.controller.mover.Reported;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.controller.watch.SomeKnown;
import io.virtmover.transfer.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoverReportsTest {
  private static final String NAME = "du-night-1";
  private static final String UID = "0f2d6c1e";
  private static final String ATTEMPT = Naming.object(NAME, UID, 1);
  private static final Instant MADE = Instant.parse("2026-03-01T02:00:00Z");
  private static final MoverPod DRAINED = new MoverPod("uid-1", "pod-x", MADE);
  private static final MoverPod AGAIN = new MoverPod("uid-2", "pod-a", MADE.plusSeconds(60));
  private static final TransferStatus.Progress MUCH = new TransferStatus.Progress(100, 90);
  private static final TransferStatus.Progress LITTLE = new TransferStatus.Progress(100, 3);
  private static final Outcome STOPPED = new Outcome.Canceled("By a signal.");

  private final List<DataUpload> requests = new ArrayList<>(List.of(request()));
  private final MoverReports reports = new MoverReports(SomeKnown.of(requests));

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

  @Test
  void aReportThatComesAfterItsRequestWentAway_isNotKept() {
    // given
    reports.tell(ATTEMPT, AGAIN, LITTLE);
    requests.clear();
    reports.forget(ATTEMPT);

    // when
    reports.tell(ATTEMPT, AGAIN, STOPPED);

    // then
    assertThat(reports.of(ATTEMPT)).isEqualTo(Reported.NOTHING);
  }

  @Test
  void aReportOfAnotherRequestOfTheSameName_isNotKept() {
    // when
    reports.tell(Naming.object(NAME, "another-uid", 0), AGAIN, LITTLE);

    // then
    assertThat(reports.of(Naming.object(NAME, "another-uid", 0))).isEqualTo(Reported.NOTHING);
  }

  @Test
  void aReportThatComesAfterTheRequestHasEndedAndWasLetGo_isNotKept() {
    // given
    requests
        .getFirst()
        .setStatus(
            new TransferStatus(TransferPhase.CANCELED, null, null, null, null, null, null, null));

    // when
    reports.tell(ATTEMPT, AGAIN, STOPPED);

    // then
    assertThat(reports.of(ATTEMPT)).isEqualTo(Reported.NOTHING);
  }

  private static DataUpload request() {
    var request = new DataUpload();
    request.setMetadata(
        new ObjectMetaBuilder().withNamespace("velero").withName(NAME).withUid(UID).build());
    return request;
  }
}
