// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import static io.virtmover.lab.kubevirt.backup.Seen.CREATED;
import static io.virtmover.lab.kubevirt.backup.Seen.aBackup;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.kubevirt.api.Fields;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the golden scenarios do not pin down by themselves. */
class StatusReportTest {
  private static final Instant LATER = CREATED.plusSeconds(60);
  private static final String SINCE = "2026-01-02T03:04:06Z";

  @Test
  void shouldMoveTheTimeWithTheStatusOnlyInModelB() {
    // given
    var backup =
        aBackup()
            .withStatus(
                "conditions: [{type: Progressing, status: 'True', reason: Initiated, message: m,"
                    + " lastTransitionTime: '"
                    + SINCE
                    + "'}]")
            .observe()
            .backup();

    // when
    var aborting = after(backup, new Stage.Aborting("Backup is aborting"), Model.B);
    var ended = after(backup, new Stage.Ended(Verdict.statusLost()), Model.B);

    // then
    assertThat(aborting.conditions().find("Progressing").orElseThrow().since()).isEqualTo(SINCE);
    assertThat(ended.conditions().find("Progressing").orElseThrow().since())
        .isEqualTo(LATER.toString());
  }

  @Test
  void shouldMoveTheTimeWithTheReasonInModelA() {
    // given
    var backup =
        aBackup()
            .withStatus(
                "conditions: [{type: Progressing, status: 'True', reason: Backup is in progress,"
                    + " lastTransitionTime: '"
                    + SINCE
                    + "'}]")
            .observe()
            .backup();

    // when
    var same = after(backup, new Stage.Started("Full"), Model.A);
    var other = after(backup, new Stage.Aborting("Backup is aborting"), Model.A);

    // then
    assertThat(same.conditions().find("Progressing").orElseThrow().since()).isEqualTo(SINCE);
    assertThat(other.conditions().find("Progressing").orElseThrow().since())
        .isEqualTo(LATER.toString());
  }

  @Test
  void shouldWithdrawEndpointsAtTheEndButNotTheCertificate() {
    // given
    var backup =
        aBackup()
            .withStatus(
                "endpointCert: c, exportUID: e, includedVolumes: [{volumeName: root,"
                    + " dataEndpoint: d, mapEndpoint: m}]")
            .observe()
            .backup();

    // when
    var ended = after(backup, new Stage.Ended(Verdict.statusLost()), Model.B);

    // then
    assertThat(ended.includedVolumes())
        .containsExactly(
            new IncludedVolume(
                "root", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
    assertThat(ended.endpointCert()).contains("c");
    assertThat(ended.exportUid()).contains("e");
  }

  @Test
  void shouldKeepOldEndpointsWhenTheExportIsMadeAgain() {
    // given
    var backup =
        aBackup()
            .withStatus(
                "endpointCert: c, includedVolumes: [{volumeName: root, dataEndpoint: d,"
                    + " mapEndpoint: m}]")
            .observe()
            .backup();

    // when
    var modelB = after(backup, new Stage.PreparingExport(), Model.B);
    var modelA = after(backup, new Stage.PreparingExport(), Model.A);

    // then
    assertThat(modelB.endpointCert()).isEmpty();
    assertThat(modelB.includedVolumes().getFirst().dataEndpoint()).contains("d");
    assertThat(modelA.endpointCert()).contains("c");
  }

  @Test
  void shouldTellBothWaysInAndNoOtherAddressesInModelC() {
    // given
    var pulling = aBackup().pulling().started().observe().backup();
    var links = new BackupLinks(links("ca", "inside"), Optional.of(links("other", "outside")));

    // when
    var modelB = after(pulling, new Stage.Exported(links), Model.B);
    var modelC = after(pulling, new Stage.Exported(links), Model.C);

    // then
    assertThat(modelB.endpointCert()).contains("ca");
    assertThat(modelB.links()).isEmpty();
    assertThat(modelC.endpointCert()).isEmpty();
    assertThat(modelC.links()).contains(links);
    assertThat(BackupStatus.of(new Fields(modelC.toMap()))).isEqualTo(modelC);
  }

  private static BackupLinks.Links links(String cert, String host) {
    return new BackupLinks.Links(
        cert,
        Map.of(
            "root",
            new BackupLinks.Endpoints(
                Optional.of("https://%s/data".formatted(host)),
                Optional.of("https://%s/map".formatted(host)))));
  }

  @Test
  void shouldWithdrawTheLinksWithTheExportInModelC() {
    // given
    var exported =
        aBackup()
            .withStatus("type: Full, links: {internal: {cert: c, volumes: []}}")
            .observe()
            .backup();

    // then
    assertThat(exported.statusOrEmpty().isExported()).isTrue();
    assertThat(after(exported, new Stage.PreparingExport(), Model.C).links()).isEmpty();
    assertThat(after(exported, new Stage.Ended(Verdict.expired()), Model.C).links()).isEmpty();
  }

  @Test
  void shouldTellWhenTheStartWasAcceptedInModelC() {
    var waiting = aBackup().observe().backup();
    assertThat(after(waiting, new Stage.Started("Full"), Model.C).started())
        .contains(LATER.toString());
    assertThat(after(waiting, new Stage.Started("Full"), Model.B).started()).isEmpty();
  }

  @Test
  void shouldCopyTheTypeOfEachVolume() {
    // given
    var seen =
        aBackup()
            .started()
            .withJob(
                "backupName: b1, checkpointName: b1-x,"
                    + " volumes: [{volumeName: root, type: Incremental}, {volumeName: data, type: Full}]")
            .observe();

    // when
    var running = StatusReport.after(seen.backup(), new Stage.Quiet(), seen.job(), Model.C, LATER);

    // then
    assertThat(running.includedVolumes())
        .extracting(IncludedVolume::type)
        .containsExactly(Optional.of("Incremental"), Optional.of("Full"));
    assertThat(running.includedVolumes())
        .extracting(IncludedVolume::ofCheckpoint)
        .allMatch(volume -> volume.type().isEmpty());
  }

  @Test
  void shouldWriteAnEmptyStatusAsAnEmptyObject() {
    assertThat(BackupStatus.EMPTY.toMap()).isEqualTo(Map.of());
  }

  private static BackupStatus after(BackupView backup, Stage stage, Model model) {
    return StatusReport.after(backup, stage, Optional.empty(), model, LATER);
  }
}
