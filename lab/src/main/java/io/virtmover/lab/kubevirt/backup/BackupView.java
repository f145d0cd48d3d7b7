// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.kubevirt.BackupCommand;
import io.virtmover.lab.kubevirt.Fault;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.GoDuration;
import io.virtmover.lab.kubevirt.api.ShortNames;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A VirtualMachineBackup as the controller reads it. Source: kubevirt-backup-api.md §2.
 *
 * @param status absent until the first write of the status
 */
record BackupView(
    String namespace,
    String name,
    String uid,
    Instant created,
    boolean deleting,
    boolean hasFinalizer,
    SourceRef source,
    BackupCommand.Mode mode,
    String claim,
    String tokenSecret,
    Duration ttl,
    boolean skipQuiesce,
    boolean forceFull,
    Optional<BackupStatus> status,
    Optional<Fault> fault) {
  static final String FINALIZER = "backup.kubevirt.io/vmbackup-protection";
  static final Duration DEFAULT_TTL = Duration.ofHours(2);

  static BackupView of(GenericKubernetesResource object) {
    var meta = object.getMetadata();
    var fields = Fields.of(object);
    return new BackupView(
        meta.getNamespace(),
        meta.getName(),
        meta.getUid(),
        Instant.parse(meta.getCreationTimestamp()),
        meta.getDeletionTimestamp() != null,
        meta.getFinalizers().contains(FINALIZER),
        SourceRef.of(fields),
        fields.text("spec", "mode").orElse("").equals("Pull")
            ? BackupCommand.Mode.PULL
            : BackupCommand.Mode.PUSH,
        fields.text("spec", "pvcName").orElse(""),
        fields.text("spec", "tokenSecretRef").orElse(""),
        fields.text("spec", "ttlDuration").map(GoDuration::parse).orElse(DEFAULT_TTL),
        fields.isTrue("spec", "skipQuiesce"),
        fields.isTrue("spec", "forceFullBackup"),
        fields.object("status").map(BackupStatus::of),
        Fault.of(object));
  }

  /** The status, empty when there is none. */
  BackupStatus statusOrEmpty() {
    return status.orElse(BackupStatus.EMPTY);
  }

  boolean isPull() {
    return mode == BackupCommand.Mode.PULL;
  }

  boolean isStarted() {
    return statusOrEmpty().isStarted();
  }

  /** Whether it ended; nothing changes after that. */
  boolean isTerminal() {
    var conditions = statusOrEmpty().conditions();
    return conditions.isTrue("Complete")
        || conditions.isTrue("Failed")
        || conditions.isTrue("Done");
  }

  /** When its time is over, whether or not anybody read it. */
  Instant expiry() {
    return created.plus(ttl);
  }

  /** Whether a pull's time is over; a push has none. */
  boolean isExpired(Instant now) {
    return isPull() && isOverdue(now);
  }

  /** Whether its time is over where pushes have one too. */
  boolean isOverdue(Instant now) {
    return !now.isBefore(expiry());
  }

  /** The name of the utility volume that holds the backup PVC in the VMI. */
  String volume() {
    return ShortNames.of(name, "backup-target-pvc");
  }

  boolean has(Fault wanted) {
    return fault.filter(here -> here == wanted).isPresent();
  }
}
