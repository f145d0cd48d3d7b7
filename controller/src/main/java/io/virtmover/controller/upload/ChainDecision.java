// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.cluster.BackupTracker;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import java.time.Instant;
import java.util.Optional;

/** Whether a backup is an increment, and what it builds on, or a full, and why. */
sealed interface ChainDecision {
  /** What changed since that checkpoint. */
  record Increment(CheckpointName parent) implements ChainDecision {}

  /**
   * Everything.
   *
   * @param why in words, with names
   */
  record Full(FullReason reason, String why) implements ChainDecision {}

  /** Decides. What KubeVirt does not signal counts as well: it would lose changes in silence. */
  static ChainDecision of(ChainFacts facts) {
    if (facts.demanded().isPresent()) {
      var reason = facts.demanded().get();
      return new Full(
          reason,
          reason == FullReason.REQUESTED
              ? "it was asked for"
              : "the try before could not be an increment");
    }
    if (facts.broken().isPresent()) {
      return new Full(FullReason.CHAIN_BROKEN, facts.broken().get());
    }
    if (facts.latest().isEmpty()) {
      return new Full(FullReason.FIRST_BACKUP, "the location has no earlier backup of the VM");
    }
    var latest = facts.latest().get();
    return obstacle(facts, latest)
        .<ChainDecision>map(full -> full)
        .orElseGet(() -> new Increment(latest.checkpoint()));
  }

  private static Optional<Full> obstacle(ChainFacts facts, ChainFacts.Latest latest) {
    if (facts.mostIncrements() > 0 && latest.increments() >= facts.mostIncrements()) {
      return full(
          FullReason.INCREMENT_LIMIT,
          "the chain has %d increments, as many as it may have".formatted(latest.increments()));
    }
    if (facts.tracker().filter(tracker -> tracker.isAt(latest.checkpoint())).isEmpty()) {
      return full(
          FullReason.TRACKER_MISMATCH,
          "the location's latest checkpoint is %s, KubeVirt's %s"
              .formatted(
                  latest.checkpoint(),
                  facts
                      .tracker()
                      .flatMap(tracker -> tracker.latest())
                      .map(known -> known.checkpoint().value())
                      .orElse("none")));
    }
    if (latest.vmUid().filter(uid -> !uid.equals(facts.vmUid())).isPresent()) {
      return full(FullReason.VM_REPLACED, "the VM is another one of the same name");
    }
    if (facts.isUntracked()) {
      return full(
          FullReason.TRACKING_INTERRUPTED,
          "KubeVirt did not track the VM's changed blocks for a while after its last backup");
    }
    if (facts.lastRestore().filter(time -> time.isAfter(begun(facts, latest))).isPresent()) {
      return full(
          FullReason.VM_RESTORED,
          "the VM was restored at %s, after its last backup".formatted(facts.lastRestore().get()));
    }
    return replacedVolume(facts, latest);
  }

  /** A VM can be restored while what was pushed is still being copied to the bucket. */
  private static Instant begun(ChainFacts facts, ChainFacts.Latest latest) {
    return facts
        .tracker()
        .flatMap(BackupTracker::latest)
        .flatMap(BackupTracker.Latest::begun)
        .orElse(latest.written());
  }

  private static Optional<Full> replacedVolume(ChainFacts facts, ChainFacts.Latest latest) {
    for (var disk : facts.disks().entrySet()) {
      var before = latest.disks().get(disk.getKey());
      if (before == null) {
        return full(
            FullReason.VOLUME_REPLACED,
            "volume %s was not in the last backup".formatted(disk.getKey()));
      }
      if (!before.fits(disk.getValue())) {
        return full(
            FullReason.VOLUME_REPLACED,
            "volume %s has another claim than at the last backup".formatted(disk.getKey()));
      }
    }
    return Optional.empty();
  }

  private static Optional<Full> full(FullReason reason, String why) {
    return Optional.of(new Full(reason, why));
  }
}
