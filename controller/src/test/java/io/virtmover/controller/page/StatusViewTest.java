// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import static io.virtmover.controller.page.SomeRequest.download;
import static io.virtmover.controller.page.SomeRequest.upload;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.page.StatusReport.Row;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.controller.watch.Glance;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusViewTest {
  private static final StatusView VIEW =
      new StatusView(StatusViewTest::plain, _ -> OptionalInt.empty());

  @Test
  void shouldShowARunningBackupWithAllThatIsKnownOfIt() {
    // given
    var request =
        upload(
            "du-1",
            "01:00",
            "{phase: InProgress, acceptedTimestamp: '2026-03-01T01:00:01Z', startTimestamp: '2026-03-01T01:00:30Z'}");
    var glance =
        new Glance(
            Optional.of(new VmRef("shop", "db")),
            Optional.of(BackupType.FULL),
            Optional.of(FullReason.FIRST_BACKUP),
            Optional.of(true),
            Optional.of(new TransferStatus.Progress(100, 40)),
            "");

    // when
    var part = new StatusView(_ -> glance, _ -> OptionalInt.empty()).running(List.of(request));

    // then
    assertThat(part.total()).isEqualTo(1);
    assertThat(part.rows())
        .containsExactly(
            new Row(
                "DataUpload",
                "du-1",
                Optional.of("shop/db"),
                Optional.empty(),
                Optional.of("night-1"),
                Optional.of("default"),
                "InProgress",
                Optional.of("pull"),
                Optional.of("Full"),
                Optional.of("FirstBackup"),
                "",
                "2026-03-01T01:00:30Z",
                Optional.empty(),
                Optional.of(40L),
                Optional.of(100L),
                Optional.empty()));
  }

  @Test
  void shouldShowARestoreWithItsTargetAndItsRestore() {
    // when
    var row = VIEW.running(List.of(download("dd-1", "01:00", "{phase: InProgress}"))).rows().get(0);

    // then
    assertThat(row.claim()).contains("shop/db-root");
    assertThat(row.partOf()).contains("back-1");
    assertThat(row.since()).isEqualTo("2026-03-01T01:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    "'', WAITING",
    "New, WAITING",
    "Accepted, WAITING",
    "Prepared, WAITING",
    "InProgress, RUNNING",
    "Canceling, RUNNING",
    "Completed, ENDED",
    "Failed, ENDED",
    "Canceled, ENDED",
  })
  void shouldShowARequestInOnePartByItsPhase(String phase, String part) {
    // given
    var requests =
        List.<TransferObject>of(upload("du-1", "01:00", "{phase: '%s'}".formatted(phase)));

    // when
    var shown =
        Stream.of(
                VIEW.waiting(requests).total() == 1 ? "WAITING" : "",
                VIEW.running(requests).total() == 1 ? "RUNNING" : "",
                VIEW.ended(requests).total() == 1 ? "ENDED" : "")
            .filter(text -> !text.isEmpty());

    // then
    assertThat(shown).containsExactly(part);
  }

  @Test
  void shouldSayWhyARequestWaitsAsItsStatusDoes() {
    // given
    var request =
        upload("du-1", "01:00", "{phase: Accepted, message: Comes after DataUpload du-0.}");

    // when
    var rows = VIEW.waiting(List.of(request)).rows();

    // then
    assertThat(rows).extracting(Row::message).containsExactly("Comes after DataUpload du-0.");
  }

  @Test
  void shouldSayThatARequestWaitsForASlotWhateverItsStatusStillSays() {
    // given
    var request =
        upload("du-1", "01:00", "{phase: Accepted, message: Comes after DataUpload du-0.}");

    // when
    var part =
        new StatusView(StatusViewTest::plain, _ -> OptionalInt.of(3)).waiting(List.of(request));

    // then
    assertThat(part.rows())
        .extracting(Row::message)
        .containsExactly("Waits for a free slot; number 4 in the queue.");
  }

  @ParameterizedTest
  @CsvSource({
    "New, Has not been taken yet.",
    "Accepted, Is being prepared.",
    "Prepared, Waits for the mover to run.",
  })
  void shouldSayWhyARequestWaitsWhereItsStatusSaysNothing(String phase, String why) {
    // when
    var rows = VIEW.waiting(List.of(upload("du-1", "01:00", "{phase: " + phase + "}"))).rows();

    // then
    assertThat(rows).extracting(Row::message).containsExactly(why);
  }

  @Test
  void shouldShowTheOldestWaitingRequestFirst() {
    // when
    var part =
        VIEW.waiting(
            List.of(
                upload("du-c", "02:00", "{phase: New}"),
                download("dd-b", "01:00", "{phase: New}"),
                upload("du-a", "02:00", "{phase: New}")));

    // then
    assertThat(part.rows()).extracting(Row::name).containsExactly("dd-b", "du-a", "du-c");
  }

  @Test
  void shouldShowTheNewestFiftyEndsAndHowManyThereAre() {
    // given
    var requests =
        IntStream.range(0, 60)
            .<TransferObject>mapToObj(
                minute ->
                    upload(
                        "du-%02d".formatted(minute),
                        "01:00",
                        "{phase: Completed, completionTimestamp: '2026-03-01T02:%02d:00Z', incrementalBytes: 7}"
                            .formatted(minute)))
            .toList();

    // when
    var part = VIEW.ended(requests);

    // then
    assertThat(part.total()).isEqualTo(60);
    assertThat(part.rows()).hasSize(50);
    assertThat(part.rows().getFirst().name()).isEqualTo("du-59");
    assertThat(part.rows().getFirst().until()).contains("2026-03-01T02:59:00Z");
    assertThat(part.rows().getFirst().bytesStored()).contains(7L);
    assertThat(part.rows().getLast().name()).isEqualTo("du-10");
  }

  @Test
  void shouldCutAMessageWithoutAnEnd() {
    // given
    var request = upload("du-1", "01:00", "{phase: Failed, message: " + "x".repeat(5000) + "}");

    // when
    var rows = VIEW.ended(List.of(request)).rows();

    // then
    assertThat(rows.getFirst().message()).hasSize(602).endsWith("x …");
  }

  /** What is known of a request that only its object tells of. */
  private static Glance plain(TransferObject request) {
    return new Glance(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(request.status().message()).orElse(""));
  }
}
