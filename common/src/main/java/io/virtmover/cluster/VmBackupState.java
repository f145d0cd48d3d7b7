// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import java.util.Optional;

/**
 * Where a VirtualMachineBackup is, by its conditions alone: events of successful backups tell
 * failures too (docs/kubevirt-backup-api.md).
 */
public sealed interface VmBackupState {
  /**
   * The job has not begun. KubeVirt waits without a limit, and for much of it without a word, so
   * whoever waits for it needs a deadline.
   *
   * @param why KubeVirt's words, if it says any
   */
  record Waiting(Optional<String> why) implements VmBackupState {}

  /** The job runs, or has ended and its claim is being given back. */
  record Running() implements VmBackupState {}

  /** The export is being made, perhaps once more. Addresses in the status are those of before. */
  record PreparingExport() implements VmBackupState {}

  /** The export may be read, once the VirtualMachineExport is ready too. */
  record ExportReady() implements VmBackupState {}

  /** The job is being ended before its time. A pull backup counts as complete after that. */
  record Aborting(String why) implements VmBackupState {}

  /** The job did all it should; whose it was, {@link VmBackup#isOwnResult()} tells. */
  record Completed(Optional<String> warning) implements VmBackupState {}

  /**
   * The job, or the watch over it, failed. The tracker may have moved all the same.
   *
   * @param why KubeVirt's words, never empty
   */
  record Failed(Cause cause, String why) implements VmBackupState {}

  /** Why a backup failed. */
  enum Cause {
    /** The VM or what it said of the job was gone; the job itself may have succeeded. */
    SOURCE_LOST,
    /** The VM does not run. */
    SOURCE_UNHEALTHY,
    /** The object was deleted before the job began. */
    DELETED_BEFORE_START,
    /** Somebody ended the job, or deleted the object meanwhile. */
    ABORTED,
    /** The claim has too little room. */
    OUT_OF_SPACE,
    /** QEMU or libvirt refused or failed. */
    JOB_FAILED
  }
}
