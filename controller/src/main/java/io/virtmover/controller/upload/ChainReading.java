// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.domain.VolumeName;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.CheckpointEntry;
import io.virtmover.repository.CheckpointRecord;
import io.virtmover.repository.RestorePointList;
import io.virtmover.repository.VmRepository;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a bucket holds of a VM, as far as the next backup depends on it.
 *
 * @param broken why nothing can be built on the latest checkpoint
 * @param incrementSizes bytes of the chain's latest increments, newest first
 */
record ChainReading(
    Optional<ChainFacts.Latest> latest, Optional<String> broken, List<Long> incrementSizes) {
  private static final int SIZES = 5;

  /**
   * Reads it.
   *
   * @throws VirtMoverException when the store cannot be asked; what is damaged in it breaks the
   *     chain, and no more
   */
  static ChainReading of(VmRepository repository) {
    var index = repository.readIndex();
    if (index.latest().isEmpty()) {
      return new ChainReading(Optional.empty(), Optional.empty(), List.of());
    }
    var entry = index.latest().get();
    try {
      var chain = index.chainOf(entry.id());
      var _ = repository.checkBase(chain, repository.objects());
      var increments = chain.checkpoints().subList(1, chain.checkpoints().size());
      return new ChainReading(
          Optional.of(latest(entry, repository.readRecord(entry.id()), increments.size())),
          Optional.empty(),
          increments.reversed().stream().limit(SIZES).map(CheckpointEntry::size).toList());
    } catch (VirtMoverException e) {
      if (!RestorePointList.isUnusable(e)) {
        throw e;
      }
      return new ChainReading(Optional.empty(), Optional.of(e.getMessage()), List.of());
    }
  }

  private static ChainFacts.Latest latest(
      CheckpointEntry entry, Optional<CheckpointRecord> record, int increments) {
    return new ChainFacts.Latest(
        entry.id(),
        increments,
        record.flatMap(CheckpointRecord::vmUid),
        written(entry),
        record.map(ChainReading::recorded).orElseGet(() -> listed(entry)));
  }

  private static Instant written(CheckpointEntry entry) {
    return OffsetDateTime.parse(entry.timestamp()).toInstant();
  }

  private static Map<VolumeName, ChainFacts.Claim> recorded(CheckpointRecord record) {
    var disks = new HashMap<VolumeName, ChainFacts.Claim>();
    for (var disk : record.disks()) {
      disks.put(disk.volume(), new ChainFacts.Claim(Optional.of(disk.pvc()), disk.pvcUid()));
    }
    return disks;
  }

  private static Map<VolumeName, ChainFacts.Claim> listed(CheckpointEntry entry) {
    var disks = new HashMap<VolumeName, ChainFacts.Claim>();
    for (var i = 0; i < entry.files().size(); i++) {
      var claim =
          i < entry.pvcs().size() ? Optional.of(entry.pvcs().get(i)) : Optional.<String>empty();
      disks.put(
          new VolumeName(entry.volumeOf(entry.files().get(i))),
          new ChainFacts.Claim(claim, Optional.empty()));
    }
    return disks;
  }
}
