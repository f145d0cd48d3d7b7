// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.cluster.VmBackup;
import io.virtmover.cluster.VmExport;
import io.virtmover.controller.report.Change;
import java.time.Duration;
import java.util.Optional;

/** An effect. Each can happen twice and be stopped in its middle. */
sealed interface Step {
  /** Writes the request. */
  record Write(Change change) implements Step {}

  /** Decides what kind of backup it is, and asks KubeVirt for it. */
  record AskKubeVirt(boolean tellsWait) implements Step {}

  /** Makes the tracker of KubeVirt's backup once more. */
  record MakeTracker(String name) implements Step {}

  /**
   * The same if it is gone, as well as it can be done: the mover goes on without, and only the end
   * of KubeVirt's backup will need it.
   */
  record MendTracker(String name) implements Step {}

  /**
   * Moves the claim with KubeVirt's files to the mover.
   *
   * @param tells whether what it waits for is written to the request
   */
  record MoveClaim(boolean tells) implements Step {}

  /** Starts the mover. */
  record StartMover(VmBackup backup, BackupPlan plan, Optional<VmExport> export) implements Step {}

  /** Has KubeVirt end and commit the backup. */
  record DeleteBackup() implements Step {}

  /** Takes away what earlier tries have left. */
  record ClearEarlier() implements Step {}

  /** Takes away all that belongs to the request, the mover first. */
  record CleanUp() implements Step {}

  /**
   * Gives back what no cache shows: volumes on their way, and secrets. What comes after it waits
   * until nothing is left.
   */
  record GiveBack() implements Step {}

  /**
   * Frees what movers that were killed have left open in the bucket; what cannot be freed stays.
   * What comes after it waits for the next pass.
   */
  record EndUploads() implements Step {}

  /** Asks everything at once to go, and waits for nothing. */
  record LetGo() implements Step {}

  /** Its slot is another's from now on; what is still to be cleaned up takes none. */
  record GiveUpSlot() implements Step {}

  /** Lets other requests go on, and forgets what was known of this one. */
  record Release() implements Step {}

  /** Tells people by an event on the request and on the VM. */
  record Tell(boolean isWarning, String reason, String message) implements Step {}

  /** Looks again after a while, where no watch tells. */
  record Recheck(Duration after) implements Step {}
}
