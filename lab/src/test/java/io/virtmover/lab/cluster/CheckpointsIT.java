// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.junit.HandBackup;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.OnLab;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import org.junit.jupiter.api.Test;

/** What becomes of a checkpoint when the VM goes. */
@OnLab
class CheckpointsIT {
  @Test
  void aRestartKeepsTheCheckpoint(LabNamespace lab) {
    // given
    var hand = HandBackup.of(lab);
    var checkpoint = HandBackup.checkpoint(hand.push("b1"));

    // when
    lab.vms().restart(lab.name(), HandBackup.VM);

    // then
    var tracker =
        lab.await(
            lab.at(Kinds.TRACKER, "tracker1"),
            "the checkpoint is known again",
            now -> !Fields.of(now).isTrue("status", "checkpointRedefinitionRequired"));
    assertThat(HandBackup.latest(tracker)).isEqualTo(checkpoint);
    assertThat(HandBackup.type(hand.push("b2"))).isEqualTo("Incremental");
  }

  @Test
  void aCrashLosesTheCheckpointAndTheNextBackupIsFull(LabNamespace lab) {
    // given
    var hand = HandBackup.of(lab);
    hand.push("b1");
    var before = lab.vms().instance(lab.name(), HandBackup.VM);

    // when
    lab.control().kill(lab.name(), HandBackup.VM);

    // then
    lab.vms().awaitOther(lab.name(), HandBackup.VM, before);
    lab.await(
        lab.at(Kinds.TRACKER, "tracker1"),
        "the checkpoint is cleared",
        now -> HandBackup.latest(now).isEmpty());
    assertThat(HandBackup.type(hand.push("b2"))).isEqualTo("Full");
  }

  @Test
  void aBackupThatDoesNotFitFailsAndTheTrackerStays(LabNamespace lab) {
    // given
    var hand = HandBackup.withTarget(lab, "32Mi");

    // when
    var failed = hand.fail("b1");

    // then
    assertThat(failed).contains("No space left on device");
    assertThat(HandBackup.latest(lab.at(Kinds.TRACKER, "tracker1").get())).isEmpty();
  }

  @Test
  void aPullWhoseScratchIsFullFailsAndTheGuestGoesOn(LabNamespace lab) {
    // given
    var hand = HandBackup.withTarget(lab, "16Mi");
    lab.control().write(lab.name(), HandBackup.VM, "rootdisk", 1, 0, 64 << 20);
    var before = lab.control().contents(lab.name(), HandBackup.VM);
    hand.pull("b1");

    // when
    lab.control().write(lab.name(), HandBackup.VM, "rootdisk", 2, 0, 64 << 20);

    // then
    assertThat(hand.failure("b1")).contains("No space left on device");
    assertThat(HandBackup.latest(lab.at(Kinds.TRACKER, "tracker1").get())).isEmpty();
    assertThat(lab.control().contents(lab.name(), HandBackup.VM)).isNotEqualTo(before);
  }
}
