// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.virtmover.lab.cluster.DiskRequest;
import io.virtmover.lab.cluster.LabVms;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.Release;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Backups of the VM {@code vm1} through the tracker {@code tracker1}, as with kubectl. */
public record HandBackup(LabNamespace lab) {
  /** The VM. */
  public static final String VM = "vm1";

  /** The export token. */
  public static final String TOKEN = "not-a-secret";

  /** A VM with a disk of each kind, its tracker, a claim for backups, and a token. */
  public static HandBackup of(LabNamespace lab) {
    return withTarget(lab, "512Mi");
  }

  /** The same with a claim for backups of another size. */
  public static HandBackup withTarget(LabNamespace lab, String size) {
    return of(lab, lab.vms(), size);
  }

  /** The same with a VM that boots the lab's Linux. */
  public static HandBackup ofLinux(LabNamespace lab) {
    return of(lab, lab.vms().linux(), "512Mi");
  }

  private static HandBackup of(LabNamespace lab, LabVms vms, String size) {
    vms.create(
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
    createTracker(lab);
    return new HandBackup(lab);
  }

  /** Creates the tracker of the VM. */
  public static void createTracker(LabNamespace lab) {
    lab.apply(
        """
        apiVersion: backup.kubevirt.io/v1alpha1
        kind: VirtualMachineBackupTracker
        metadata: {name: tracker1}
        spec:
          source: {apiGroup: kubevirt.io, kind: VirtualMachine, name: vm1}
        """);
  }

  /** Creates a backup by push and waits for its end. */
  public GenericKubernetesResource push(String name) {
    create(name, "Push");
    return lab.await(backup(name), "the backup is complete", this::isComplete);
  }

  /** Creates a backup by push that fails; the message of its condition. */
  public String fail(String name) {
    create(name, "Push");
    return failure(name);
  }

  /** Waits until a backup fails; the message of its condition. */
  public String failure(String name) {
    var failed = lab.await(backup(name), "the backup fails", this::isFailed);
    return condition(failed, isModelA() ? "Done" : "Failed")
        .flatMap(condition -> condition.text(isModelA() ? "reason" : "message"))
        .orElse("");
  }

  /** Creates a backup by pull and waits until it can be read. */
  public GenericKubernetesResource pull(String name) {
    create(name, "Pull");
    return lab.await(backup(name), "the export is ready", this::isExportReady);
  }

  /** Creates a backup by pull, and does not wait for anything. */
  public void ask(String name) {
    create(name, "Pull");
  }

  /** Ends a pull and waits until it is gone and the tracker has its checkpoint. */
  public void finish(String name, String checkpoint) {
    backup(name).delete();
    lab.await(backup(name), "the backup is gone", backup -> backup == null);
    lab.await(
        lab.at(Kinds.TRACKER, "tracker1"),
        "the tracker has advanced",
        tracker -> checkpoint.equals(latest(tracker)));
  }

  /** The checkpoint that a tracker has; empty without one. */
  public static String latest(GenericKubernetesResource tracker) {
    return Fields.of(tracker).text("status", "latestCheckpoint", "name").orElse("");
  }

  /** Full or Incremental. */
  public static String type(GenericKubernetesResource backup) {
    return Fields.of(backup).text("status", "type").orElse("");
  }

  /** What KubeVirt has named the checkpoint. */
  public static String checkpoint(GenericKubernetesResource backup) {
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

  /** Up to 1.8 conditions tell by whole sentences. */
  private boolean isModelA() {
    return lab.control().release() == Release.V1_8;
  }

  private boolean isComplete(@Nullable GenericKubernetesResource backup) {
    return isModelA()
        ? is(backup, "Done", "Successfully completed VirtualMachineBackup")
        : is(backup, "Complete", "Completed");
  }

  private boolean isFailed(@Nullable GenericKubernetesResource backup) {
    return isModelA() ? is(backup, "Done", "Backup has failed: ") : is(backup, "Failed", "Failed");
  }

  private boolean isExportReady(@Nullable GenericKubernetesResource backup) {
    return isModelA()
        ? is(backup, "ExportReady", "Backup export is ready to pull")
        : is(backup, "Progressing", "ExportReady");
  }

  private static boolean is(
      @Nullable GenericKubernetesResource backup, String type, String reason) {
    return backup != null
        && condition(backup, type)
            .flatMap(condition -> condition.text("reason"))
            .filter(text -> text.startsWith(reason))
            .isPresent();
  }

  /** The condition of a type, if it is true. */
  private static Optional<Fields> condition(GenericKubernetesResource backup, String type) {
    return Fields.of(backup).list("status", "conditions").stream()
        .filter(condition -> condition.text("type").orElse("").equals(type))
        .filter(condition -> condition.text("status").orElse("").equals("True"))
        .findFirst();
  }
}
