// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.backup.VmiView.VolumeState;

/**
 * What an ended backup leaves behind.
 *
 * @param advance whether the tracker moves to this job's checkpoint
 * @param stopJob whether a job still runs that a fault pretends to have ended
 * @param release whether the VMI carries a backup status to remove
 * @param ownExport whether the VirtualMachineExport is there and belongs to this backup
 */
record Cleanup(
    Verdict verdict,
    boolean advance,
    boolean stopJob,
    boolean ownExport,
    VolumeState volume,
    boolean release) {
  boolean isClean() {
    return !ownExport && volume == VolumeState.GONE;
  }
}
