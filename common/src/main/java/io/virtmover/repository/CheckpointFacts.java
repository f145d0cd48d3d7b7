// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.failure.VirtMoverException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What of checkpoints' records matters to judge a chain. Each record is read once, and not kept:
 * chains are long, and records are not small. Not thread-safe.
 */
public final class CheckpointFacts {
  private record Facts(
      boolean isRecorded,
      Optional<FullReason> reason,
      Optional<String> chainDigest,
      Set<String> whole,
      Optional<VirtMoverException> failure) {}

  private final Function<CheckpointEntry, Optional<CheckpointRecord>> reading;
  private final Map<CheckpointName, Facts> known = new HashMap<>();

  /**
   * @param reading reads a record; a failure that says the record cannot be used is remembered
   */
  public CheckpointFacts(Function<CheckpointEntry, Optional<CheckpointRecord>> reading) {
    this.reading = reading;
  }

  /**
   * Whether an image holds all of its disk, as that of a full does: only a record says so of one in
   * an increment.
   *
   * @throws VirtMoverException if the record cannot be used
   */
  public boolean isWhole(ChainImage image) {
    checkUsable(image.checkpoint());
    return facts(image.checkpoint()).whole().contains(image.file().fileName());
  }

  /** Whether a checkpoint has a record, be it one that cannot be used. */
  boolean isRecorded(CheckpointEntry checkpoint) {
    return facts(checkpoint).isRecorded();
  }

  /**
   * Reads a checkpoint's record, if it was not.
   *
   * @throws VirtMoverException if it cannot be used
   */
  void checkUsable(CheckpointEntry checkpoint) {
    facts(checkpoint)
        .failure()
        .ifPresent(
            e -> {
              throw e;
            });
  }

  /** What the chain was that a checkpoint was put on; empty if its record does not tell. */
  Optional<String> chainDigest(CheckpointEntry checkpoint) {
    return facts(checkpoint).chainDigest();
  }

  /** Why checkpoints are fulls, of those whose records were read. */
  Map<CheckpointName, FullReason> reasons() {
    var reasons = new HashMap<CheckpointName, FullReason>();
    known.forEach((id, facts) -> facts.reason().ifPresent(reason -> reasons.put(id, reason)));
    return reasons;
  }

  private Facts facts(CheckpointEntry checkpoint) {
    return known.computeIfAbsent(checkpoint.id(), _ -> read(checkpoint));
  }

  private Facts read(CheckpointEntry checkpoint) {
    try {
      var record = reading.apply(checkpoint);
      return new Facts(
          record.isPresent(),
          record.flatMap(CheckpointRecord::reason),
          record.flatMap(CheckpointRecord::chainDigest),
          record.map(CheckpointFacts::whole).orElse(Set.of()),
          Optional.empty());
    } catch (VirtMoverException e) {
      if (!RestorePointList.isUnusable(e)) {
        throw e;
      }
      return new Facts(true, Optional.empty(), Optional.empty(), Set.of(), Optional.of(e));
    }
  }

  private static Set<String> whole(CheckpointRecord record) {
    return record.disks().stream()
        .filter(CheckpointRecord.Disk::isWhole)
        .map(CheckpointRecord.Disk::fileName)
        .collect(Collectors.toSet());
  }
}
