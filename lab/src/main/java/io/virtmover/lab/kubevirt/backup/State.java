// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.BackupCommand;

/** Where a backup stands; computed from what is there on every pass. */
sealed interface State {
  /** It ended; its finalizer goes when it is deleted. */
  record Over(boolean release) implements State {}

  /** Deleted before it began, and its VMI is gone: nothing to clean up. */
  record Vanishing() implements State {}

  /** Something is missing, and the conditions say what. */
  record Waiting(String message) implements State {}

  /** It cannot begin and no condition says why. */
  record Stuck(String reason) implements State {}

  /** Begun, but its PVC does not exist. */
  record ClaimMissing(String message) implements State {}

  /** Its PVC has to be attached to the VMI. */
  record NeedsVolume() implements State {}

  /** Its PVC is on its way into the launcher. */
  record VolumePending() implements State {}

  /** Everything is there. */
  record Ready(BackupCommand.Start start, String type) implements State {}

  /** The job runs; what it tells is copied. */
  record Running() implements State {}

  /** A pull job runs and has no export yet. */
  record NeedsExport() implements State {}

  /** A pull job was connected to an export that is gone (model A says so first). */
  record ExportGone() implements State {}

  /** A pull job's export waits for the launcher's connection. */
  record NeedsConnection(String exportUid) implements State {}

  /** Clients can read. */
  record Exported(BackupLinks links, boolean loseExport) implements State {}

  /** The job has to stop. */
  record Aborting(String message) implements State {}

  /** Over, but objects and the volume are still in use. */
  record CleaningUp(Cleanup cleanup) implements State {}

  /** Over and clean: only the verdict is missing. */
  record Clean(Cleanup cleanup) implements State {}
}
