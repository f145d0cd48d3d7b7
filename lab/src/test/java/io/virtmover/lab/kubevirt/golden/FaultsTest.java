// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.virtmover.lab.kubevirt.BackupCommand;
import io.virtmover.lab.kubevirt.Fault;
import io.virtmover.lab.kubevirt.Gates;
import io.virtmover.lab.kubevirt.KubeVirtSettings;
import io.virtmover.lab.kubevirt.Quirks;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.kubevirt.golden.Entry.Told;
import io.virtmover.lab.kubevirt.standin.KubeVirtControllers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault of the documented table, on a real API server with a VM side that plays along. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsTest {
  private static final Duration WITHIN = Duration.ofSeconds(20);

  private ControlPlane plane;
  private int count;

  @BeforeAll
  void startControlPlane(@TempDir Path folder) {
    plane = ControlPlane.start(folder, Release.HEAD);
  }

  @AfterAll
  void stopControlPlane() {
    plane.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SOURCE_LOST|Failed/SourceLost|Backup has failed: VMI backup status was lost
          SOURCE_UNHEALTHY|Failed/SourceUnhealthy|Backup has failed: VMI is not in a running state: Failed
          ENOSPC|Failed/Failed|Backup has failed: No space left on device
          COMPLETED_WITH_WARNING|Complete/CompletedWithWarning|Completed VirtualMachineBackup, warning: Guest agent is not responding: QEMU guest agent is not connected
          QUIESCE_FAILED|Complete/Completed|Successfully completed VirtualMachineBackup
          STATUS_CONFLICT_SOURCE_LOST|Failed/SourceLost|Backup has failed: VMI backup status was lost
          """)
  void givenAFault_whenPushing_thenTheBackupEndsAsTheFaultSays(
      Fault fault, String verdict, String message) {
    play(
        fault,
        Optional.empty(),
        Quirks.NONE,
        stage -> {
          // given
          stage.push("b1", Optional.of(fault));

          // when
          var over = stage.waitForVerdict("b1");

          // then
          assertThat(over.verdict()).isEqualTo(verdict);
          assertThat(over.message()).isEqualTo(message);
          assertThat(stage.quiesced("b1")).isEqualTo(isNotQuiesced(fault) ? "False" : "True");
          assertThat(stage.checkpoint().isPresent())
              .isEqualTo(
                  verdict.startsWith("Complete") || fault == Fault.STATUS_CONFLICT_SOURCE_LOST);
          stage.waitForIdleVmi();
        });
  }

  private static boolean isNotQuiesced(Fault fault) {
    return fault == Fault.COMPLETED_WITH_WARNING || fault == Fault.QUIESCE_FAILED;
  }

  @Test
  void givenRefusedStarts_whenPushing_thenOnlyEventsTell() {
    play(
        Fault.START_REFUSED,
        Optional.empty(),
        Quirks.NONE,
        stage -> {
          // given
          stage.push("b1", Optional.of(Fault.START_REFUSED));

          // when
          stage.waitForEvent("BackupError");

          // then
          assertThat(stage.conditions("b1")).isEmpty();
          assertThat(stage.vm().commands()).isEmpty();
        });
  }

  @Test
  void givenAHangingAttachment_whenDeleted_thenTheBackupGoesAway() {
    play(
        Fault.ATTACH_HANGS,
        Optional.empty(),
        Quirks.NONE,
        stage -> {
          // given
          stage.push("b1", Optional.of(Fault.ATTACH_HANGS));
          stage.waitForAttachedVolume();
          stage.settle();
          assertThat(stage.conditions("b1")).isEmpty();

          // when
          stage.deleteBackup("b1");

          // then
          stage.waitForGone("b1");
          assertThat(stage.vm().commands()).isEmpty();
        });
  }

  @Test
  void givenAClearedTracker_whenBackingUpAgain_thenItIsFull() {
    play(
        Fault.TRACKER_CLEARED,
        Optional.of(Fault.TRACKER_CLEARED),
        Quirks.NONE,
        stage -> {
          // given
          stage.push("b1", Optional.empty());
          stage.waitForVerdict("b1");
          stage.waitForEvent("CheckpointRedefinitionFailed");
          Waiting.until(WITHIN, () -> stage.checkpoint().isEmpty(), () -> "still a checkpoint");

          // when
          stage.push("b2", Optional.empty());
          stage.waitForVerdict("b2");

          // then
          assertThat(stage.vm().commands())
              .filteredOn(BackupCommand.Start.class::isInstance)
              .allMatch(command -> ((BackupCommand.Start) command).incremental().isEmpty());
        });
  }

  @Test
  void givenARedefinitionWithoutEnd_whenPushing_thenTheBackupWaits() {
    play(
        Fault.REDEFINITION_WAIT,
        Optional.of(Fault.REDEFINITION_WAIT),
        Quirks.NONE,
        stage -> {
          // given
          stage.push("b1", Optional.empty());

          // when
          Waiting.until(WITHIN, () -> !stage.conditions("b1").isEmpty(), () -> "no conditions");
          stage.settle();

          // then
          assertThat(stage.conditions("b1").toString())
              .contains("Waiting for checkpoint redefinition on tracker tracker1");
        });
  }

  @Test
  void givenAnAbortFromElsewhere_whenPulling_thenTheBackupCountsAsGood() {
    play(
        Fault.PULL_COMPLETE_MID_READ,
        Optional.empty(),
        Quirks.NONE,
        stage -> {
          // given
          stage.pull("b1", Optional.of(Fault.PULL_COMPLETE_MID_READ));

          // when
          var over = stage.waitForVerdict("b1");

          // then
          assertThat(over.verdict()).isEqualTo("Complete/Completed");
          assertThat(stage.checkpoint()).isPresent();
          assertThat(stage.exportUid("b1")).isEmpty();
        });
  }

  @Test
  void givenALostExport_whenPulling_thenItIsMadeAgainOnce() {
    play(
        Fault.EXPORT_RECREATED,
        Optional.empty(),
        Quirks.NONE,
        stage -> {
          // given
          stage.pull("b1", Optional.of(Fault.EXPORT_RECREATED));

          // when
          stage.waitForSecondExport("b1");
          stage.waitForReason("b1", "ExportReady");
          stage.settle();

          // then
          assertThat(stage.exportUid("b1")).isEqualTo(stage.statusExportUid("b1"));
          assertThat(stage.vm().exports()).isEqualTo(2);
        });
  }

  @Test
  void givenFalseEvents_whenAGoodBackupEnds_thenAWarningTellsOtherwise() {
    play(
        Fault.START_REFUSED,
        Optional.empty(),
        new Quirks(true, false, false, false),
        stage -> {
          // given
          stage.push("b1", Optional.empty());

          // when
          var over = stage.waitForVerdict("b1");

          // then
          assertThat(over.verdict()).isEqualTo("Complete/Completed");
          var told = stage.waitForEvent("VirtualMachineBackupFailed");
          assertThat(told)
              .extracting(Told::type, Told::message)
              .containsExactly("Warning", "VMI backup status was lost");
        });
  }

  private void play(
      Fault name, Optional<Fault> onTracker, Quirks quirks, Consumer<FaultStage> story) {
    var namespace = "f-" + name.text() + "-" + count++;
    var client = plane.client();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    var vm = new PlayedVm(client, namespace);
    var settings =
        new KubeVirtSettings(
            Release.HEAD,
            quirks,
            () -> Gates.ALL,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    try (var _ = KubeVirtControllers.start(client, settings, vm, new NoListeners());
        vm) {
      var stage = new FaultStage(client, namespace, vm);
      stage.prepare(onTracker);
      story.accept(stage);
    } finally {
      Remains.remove(client, namespace);
    }
  }
}
