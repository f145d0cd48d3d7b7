// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

/** What a status write tells; how it is worded depends on the {@link Model}. */
sealed interface Stage {
  /** Nothing new but what the job tells. */
  record Quiet() implements Stage {}

  /** A prerequisite is missing. */
  record Waiting(String message) implements Stage {}

  /** The volume was put into the VMI's spec in this pass. */
  record Attaching(String claim, String vm) implements Stage {}

  /** The volume is not mounted yet. */
  record BeingAttached(String claim, String vm) implements Stage {}

  /** The Start command was accepted. */
  record Started(String type) implements Stage {}

  /** The export was made, or has to be made again. */
  record PreparingExport() implements Stage {}

  /** The launcher was told to connect to the export. */
  record Connected(String exportUid) implements Stage {}

  /** Clients can read. */
  record Exported(BackupLinks links) implements Stage {}

  /** The Abort command was accepted. */
  record Aborting(String message) implements Stage {}

  /** The volume was taken out of the VMI's spec in this pass. */
  record Detaching(String vm) implements Stage {}

  /** The end. */
  record Ended(Verdict verdict) implements Stage {}
}
