// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.BackupCommand;

/** One effect; each may run twice. */
sealed interface Step {
  /** Protects the backup from vanishing. */
  record AddFinalizer() implements Step {}

  /** Lets the backup vanish. */
  record RemoveFinalizer() implements Step {}

  /** Writes the backup's name into the VMI's backup status. */
  record ClaimVmi() implements Step {}

  /** Removes the VMI's backup status. */
  record ReleaseVmi() implements Step {}

  /** Puts the backup's PVC into the VMI's spec. */
  record AttachVolume() implements Step {}

  /** Takes the backup's PVC out of the VMI's spec. */
  record DetachVolume() implements Step {}

  /** Sends a command to the launcher; a refusal ends the pass. */
  record Command(BackupCommand command) implements Step {}

  /** Stops a job that a fault pretends to have ended; a refusal does not matter. */
  record StopJob() implements Step {}

  /** Makes the VirtualMachineExport. */
  record CreateExport() implements Step {}

  /** Deletes the VirtualMachineExport. */
  record DeleteExport() implements Step {}

  /** Moves the tracker to the job's checkpoint. */
  record AdvanceTracker() implements Step {}

  /** Writes what the stage changes in the status, and tells about it in an event. */
  record Report(Stage stage) implements Step {}

  /** Asks for another look soon. */
  record LookAgain(String reason) implements Step {}
}
