// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.util.List;
import java.util.Optional;

/** Backups of the VM {@code vm1} through the tracker {@code tracker1}, as with kubectl. */
record HandBackup(LabNamespace lab) {
  static final String VM = "vm1";
  static final String TOKEN = "not-a-secret";

  /** A VM with a disk of each kind, its tracker, a claim for backups, and a token. */
  static HandBackup of(LabNamespace lab) {
    return withTarget(lab, "512Mi");
  }

  /** The same with a claim for backups of another size. */
  static HandBackup withTarget(LabNamespace lab, String size) {
    lab.vms()
        .create(
            lab.name(),
            VM,
            List.of(DiskRequest.parse("96Mi"), DiskRequest.parse("64Mi:block")),
            Optional.empty());
    lab.vms().awaitRunning(lab.name(), VM);
    lab.claim("target", size);
    lab.create(
        new SecretBuilder()
            .withNewMetadata()
            .withName("token")
            .endMetadata()
            .addToStringData("token", TOKEN)
            .build());
    lab.apply(
        """
        apiVersion: backup.kubevirt.io/v1alpha1
        kind: VirtualMachineBackupTracker
        metadata: {name: tracker1}
        spec:
          source: {apiGroup: kubevirt.io, kind: VirtualMachine, name: vm1}
        """);
    return new HandBackup(lab);
  }

  /** Creates a backup by push and waits for its end. */
  GenericKubernetesResource push(String name) {
    create(name, "Push");
    return lab.await(
        backup(name), "the backup is complete", backup -> is(backup, "Complete", "Completed"));
  }

  /** Creates a backup by push that fails; the message of its condition. */
  String fail(String name) {
    create(name, "Push");
    return failure(name);
  }

  /** Waits until a backup fails; the message of its condition. */
  String failure(String name) {
    var failed =
        lab.await(backup(name), "the backup fails", backup -> is(backup, "Failed", "Failed"));
    return Fields.of(failed).list("status", "conditions").stream()
        .filter(condition -> condition.text("type").orElse("").equals("Failed"))
        .flatMap(condition -> condition.text("message").stream())
        .findFirst()
        .orElse("");
  }

  /** Creates a backup by pull and waits until it can be read. */
  GenericKubernetesResource pull(String name) {
    create(name, "Pull");
    return lab.await(
        backup(name), "the export is ready", backup -> is(backup, "Progressing", "ExportReady"));
  }

  /** Ends a pull and waits until it is gone and the tracker has its checkpoint. */
  void finish(String name, String checkpoint) {
    backup(name).delete();
    lab.await(backup(name), "the backup is gone", backup -> backup == null);
    lab.await(
        lab.at(Kinds.TRACKER, "tracker1"),
        "the tracker has advanced",
        tracker -> checkpoint.equals(latest(tracker)));
  }

  static String latest(GenericKubernetesResource tracker) {
    return Fields.of(tracker).text("status", "latestCheckpoint", "name").orElse("");
  }

  static String type(GenericKubernetesResource backup) {
    return Fields.of(backup).text("status", "type").orElse("");
  }

  static String checkpoint(GenericKubernetesResource backup) {
    return Fields.of(backup).text("status", "checkpointName").orElse("");
  }

  Resource<GenericKubernetesResource> backup(String name) {
    return lab.at(Kinds.BACKUP, name);
  }

  private void create(String name, String mode) {
    lab.apply(
        """
        apiVersion: backup.kubevirt.io/v1alpha1
        kind: VirtualMachineBackup
        metadata: {name: %s}
        spec:
          mode: %s
          pvcName: target
          tokenSecretRef: token
          source: {apiGroup: backup.kubevirt.io, kind: VirtualMachineBackupTracker, name: tracker1}
        """
            .formatted(name, mode));
  }

  private static boolean is(GenericKubernetesResource backup, String type, String reason) {
    return backup != null
        && Fields.of(backup).list("status", "conditions").stream()
            .anyMatch(
                condition ->
                    condition.text("type").orElse("").equals(type)
                        && condition.text("status").orElse("").equals("True")
                        && condition.text("reason").orElse("").equals(reason));
  }
}
