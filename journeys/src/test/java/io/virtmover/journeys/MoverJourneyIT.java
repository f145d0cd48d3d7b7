// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.junit.HandBackup;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.OnLab;
import io.virtmover.lab.junit.PodRun;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The product's own image in restricted pods, as people run it without a controller: a VM is backed
 * up, lost, restored onto new claims of both kinds by way of qemu-img, and runs again.
 */
@OnLab
class MoverJourneyIT {
  private static final long SEED = 20_260_112;

  @Test
  void aLinuxGuestShowsItsFilesAgain(LabNamespace lab) {
    // given
    var hand = HandBackup.ofLinux(lab);
    lab.s3Secret("s3");
    lab.control().work(lab.name(), HandBackup.VM, SEED, 4);
    var full = hand.push("b1");
    move(lab, full, "full", List.of());
    lab.control().work(lab.name(), HandBackup.VM, SEED + 1, 4);
    var files = lab.control().files(lab.name(), HandBackup.VM);
    var increment = hand.push("b2");
    move(lab, increment, "incremental", List.of("--parent", HandBackup.checkpoint(full)));
    lab.control().work(lab.name(), HandBackup.VM, SEED + 2, 4);

    // when
    lose(lab);
    lab.claim("scratch", "64Mi");
    restore(lab);
    lab.vms().linux().createOverClaims(lab.name(), HandBackup.VM, 2);
    lab.vms().awaitRunning(lab.name(), HandBackup.VM);

    // then
    assertThat(files).hasSize(2 * 2 * 4);
    assertThat(lab.control().files(lab.name(), HandBackup.VM)).isEqualTo(files);
  }

  private static void restore(LabNamespace lab) {
    lab.claim("vm1-rootdisk", "96Mi");
    lab.claim("vm1-data", "64Mi", "lab-block", "Block");
    run(lab, restore(lab, "rootdisk", "/mnt/vm1-rootdisk/disk.img").mounting("vm1-rootdisk"));
    run(lab, restore(lab, "data", "/dev/vm1-data").device("vm1-data"));
  }

  private static void move(
      LabNamespace lab, GenericKubernetesResource backup, String type, List<String> more) {
    var name = backup.getMetadata().getName();
    var checkpoint = HandBackup.checkpoint(backup);
    var words = words(lab, "backup", name);
    words.addAll(List.of("--checkpoint", checkpoint, "--type", type));
    for (var volume : List.of("rootdisk", "data")) {
      words.addAll(
          List.of(
              "--disk",
              "%1$s=/mnt/target/vm1/%2$s/%3$s-%1$s.qcow2,pvc=vm1-%1$s"
                  .formatted(volume, checkpoint, name)));
    }
    words.addAll(more);
    run(lab, PodRun.program("mover-" + name, "lab/virtmover-agent:1", words).mounting("target"));
  }

  private static PodRun restore(LabNamespace lab, String volume, String to) {
    var words = words(lab, "restore", "b2");
    words.addAll(List.of("--disk", volume, "--to", to, "--engine", "qemu-img"));
    return PodRun.program("restore-" + volume, "lab/virtmover-agent:1", words)
        .mounting("scratch")
        .env("TMPDIR", "/mnt/scratch");
  }

  private static List<String> words(LabNamespace lab, String command, String backup) {
    return new ArrayList<>(
        List.of(
            command,
            "--bucket",
            "velero",
            "--prefix",
            "oadp",
            "--region",
            "us-east-1",
            "--endpoint",
            lab.s3Endpoint(),
            "--path-style",
            "--credentials",
            "/secrets/s3/cloud",
            "--vm",
            lab.name() + "/vm1",
            "--backup",
            backup));
  }

  private static void run(LabNamespace lab, PodRun pod) {
    var result = lab.run(pod.secret("s3"));
    assertThat(result.exitCode()).as(result.log()).isZero();
  }

  /** The VM and its disks are deleted, and nothing of them is left. */
  private static void lose(LabNamespace lab) {
    lab.control().stopWriter(lab.name(), HandBackup.VM);
    lab.at(Kinds.VM, HandBackup.VM).delete();
    lab.await(lab.at(Kinds.VMI, HandBackup.VM), "the VMI is gone", vmi -> vmi == null);
    for (var claim : List.of("vm1-rootdisk", "vm1-data")) {
      var claims = lab.claimAt(claim);
      claims.delete();
      lab.await(claims, "the claim is gone", gone -> gone == null);
    }
  }
}
