// SPDX-License-Identifier: Apache-2.0
package io.virtmover.domain;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Why a checkpoint is a full. The list is closed: it is what {@code checkpoint.json}, events and
 * metrics say (docs/repository-format.md, "Why a full").
 */
public enum FullReason {
  /** The location holds no earlier backup of the VM. */
  FIRST_BACKUP("FirstBackup"),
  /** Somebody asked for it. */
  REQUESTED("Requested"),
  /** The chain has as many increments as it may have. */
  INCREMENT_LIMIT("IncrementLimit"),
  /** What the increment would build on cannot be restored from the bucket. */
  CHAIN_BROKEN("ChainBroken"),
  /** KubeVirt knows no checkpoint of the VM, or another one than the bucket's latest. */
  TRACKER_MISMATCH("TrackerMismatch"),
  /** Another VM has the name now. */
  VM_REPLACED("VmReplaced"),
  /** The VM was restored since its last backup. */
  VM_RESTORED("VmRestored"),
  /** KubeVirt did not track the VM's changed blocks for a while since its last backup. */
  TRACKING_INTERRUPTED("TrackingInterrupted"),
  /** A disk's volume is another one than at the last backup. */
  VOLUME_REPLACED("VolumeReplaced"),
  /** KubeVirt read everything although an increment was asked for. */
  CHANGES_UNKNOWN("ChangesUnknown"),
  /** A word that this version does not know. */
  OTHER("Other");

  private final String spelling;

  FullReason(String spelling) {
    this.spelling = spelling;
  }

  /** As documents, events and metrics spell it. */
  public String spelling() {
    return spelling;
  }

  /** The reason that a document gives: {@link #OTHER} for a word of another version. */
  public static FullReason read(String text) {
    return find(text).orElse(OTHER);
  }

  /**
   * Reads the word of a reason, exactly.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} for anything else, naming the words
   */
  public static FullReason parse(String text) {
    return find(text)
        .orElseThrow(
            () ->
                new VirtMoverException(
                    FailureKind.INVALID_REQUEST,
                    "'%s' is not a reason for a full: write one of %s."
                        .formatted(
                            text,
                            Arrays.stream(values())
                                .map(FullReason::spelling)
                                .collect(Collectors.joining(", ")))));
  }

  private static Optional<FullReason> find(String text) {
    return Arrays.stream(values()).filter(reason -> reason.spelling.equals(text)).findFirst();
  }
}
