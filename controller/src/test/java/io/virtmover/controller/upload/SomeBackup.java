// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.cluster.Quiesce;
import io.virtmover.cluster.VmBackup;
import io.virtmover.cluster.VmBackupState;
import io.virtmover.cluster.VmExport;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import io.virtmover.transfer.BackUpReport;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** VirtualMachineBackups of one VM with two disks, what they were made for, and their ends. */
final class SomeBackup {
  static final Deadlines DEADLINES =
      new Deadlines(
          Duration.ofMinutes(30),
          Duration.ofMinutes(30),
          Duration.ofHours(24),
          Duration.ofMinutes(15),
          Duration.ofSeconds(20));
  static final String NAME = "du-night-1-0a1b2c3d4e";
  static final Instant CREATED = SomeUpload.ACCEPTED.plusSeconds(1);
  static final Instant ENDED = CREATED.plusSeconds(3);
  static final CheckpointName CHECKPOINT = new CheckpointName(NAME + "-2026-03-01_02-00-01");
  static final CheckpointName PARENT = new CheckpointName("du-night-0-2026-02-28_02-00-01");
  static final VolumeName ROOT = new VolumeName("rootdisk");
  static final VolumeName DATA = new VolumeName("data");
  static final long AT_MOST = 2L << 30;

  static final BackupPlan PULLED = full(true);
  static final BackupPlan PUSHED = full(false);
  static final BackupPlan PULLED_INCREMENT = increment(true);
  static final BackupPlan PUSHED_INCREMENT = increment(false);

  static final VmExport EXPORT =
      new VmExport(
          NAME,
          true,
          Optional.of("PEM"),
          Map.of(
              ROOT, URI.create("https://virt-export.orders.svc/exports/rootdisk"),
              DATA, URI.create("https://virt-export.orders.svc/exports/data")));

  static final BackUpReport REPORT = report(BackupType.FULL);

  private SomeBackup() {}

  private static BackupPlan full(boolean isPull) {
    return new BackupPlan(
        isPull,
        "vmbt-web-7",
        "uid-of-vm",
        Optional.empty(),
        Optional.of(FullReason.FIRST_BACKUP),
        disks());
  }

  private static BackupPlan increment(boolean isPull) {
    return new BackupPlan(
        isPull, "vmbt-web-7", "uid-of-vm", Optional.of(PARENT), Optional.empty(), disks());
  }

  static List<BackupPlan.Disk> disks() {
    return List.of(
        new BackupPlan.Disk(ROOT, Optional.of("web-7-root"), Optional.of("uid-1"), AT_MOST),
        new BackupPlan.Disk(DATA, Optional.of("web-7-data"), Optional.of("uid-2"), AT_MOST));
  }

  /** A full in a state, whose job is its own. */
  static VmBackup in(VmBackupState state) {
    return of(state, Optional.of(BackupType.FULL), Optional.of(CHECKPOINT));
  }

  static VmBackup of(
      VmBackupState state, Optional<BackupType> type, Optional<CheckpointName> checkpoint) {
    return of(state, type, checkpoint, Optional.empty());
  }

  /** A backup that says a type for each volume. */
  static VmBackup of(
      VmBackupState state,
      Optional<BackupType> type,
      Optional<CheckpointName> checkpoint,
      Optional<BackupType> ofRoot) {
    return new VmBackup(
        SomeUpload.VM.namespace(),
        NAME,
        CREATED,
        false,
        state,
        Quiesce.SUCCEEDED,
        type,
        checkpoint,
        List.of(
            new VmBackup.IncludedVolume(ROOT, ofRoot),
            new VmBackup.IncludedVolume(DATA, Optional.empty())));
  }

  static BackUpReport report(BackupType type) {
    return new BackUpReport(
        SomeUpload.VM,
        new BackupName("night-1"),
        CHECKPOINT,
        type,
        List.of(CHECKPOINT),
        List.of(
            new BackUpReport.Disk(ROOT, type, 1 << 30, 4096, 1024, 0),
            new BackUpReport.Disk(DATA, type, 1 << 30, 100, 10, 0)),
        List.of(),
        96 << 20);
  }
}
