// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import java.time.Instant;
import java.util.Optional;

/**
 * The objects around one backup at one moment.
 *
 * @param tracker the tracker it names; empty too when it names a VM
 * @param vm the name of the VM behind the source, when it is known
 */
record Observation(
    BackupView backup,
    Optional<TrackerView> tracker,
    String vm,
    boolean vmExists,
    Optional<VmiView> vmi,
    ClaimState claim,
    Optional<ExportView> export,
    Instant now) {
  /** What the backup PVC is like. */
  enum ClaimState {
    MISSING,
    /** A raw block volume, which cannot take a backup. */
    BLOCK,
    USABLE
  }

  Observation with(VmiView other) {
    return new Observation(backup, tracker, vm, vmExists, Optional.of(other), claim, export, now);
  }

  boolean isTrackerMissing() {
    return backup.source() instanceof SourceRef.Tracker && tracker.isEmpty();
  }

  Optional<JobView> job() {
    return vmi.flatMap(VmiView::job);
  }

  /** Whether the VMI's backup status carries this backup's name. */
  boolean isOwnJob() {
    return job().filter(job -> job.backupName().equals(backup.name())).isPresent();
  }
}
