// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The checkpoints of a VM.
 *
 * @param checkpoints oldest first; the last one is the latest
 */
public record VmIndex(VmRef vm, List<CheckpointEntry> checkpoints) {
  public VmIndex {
    checkpoints = List.copyOf(checkpoints);
  }

  public Optional<CheckpointEntry> latest() {
    return checkpoints.isEmpty() ? Optional.empty() : Optional.of(checkpoints.getLast());
  }

  public Optional<CheckpointEntry> find(CheckpointName id) {
    return checkpoints.stream().filter(checkpoint -> checkpoint.id().equals(id)).findFirst();
  }

  /**
   * The checkpoints a restore of {@code id} needs.
   *
   * @throws VirtMoverException {@code CHAIN_BROKEN} if one is missing or they go round in a circle
   */
  public Chain chainOf(CheckpointName id) {
    var chain = new ArrayList<CheckpointEntry>();
    var seen = new HashSet<CheckpointName>();
    for (var at = Optional.of(id); at.isPresent(); ) {
      var name = at.get();
      if (!seen.add(name)) {
        throw broken("the parents of checkpoint %s go round in a circle at %s".formatted(id, name));
      }
      var entry = find(name).orElseThrow(() -> missing(id, name));
      chain.add(entry);
      at = entry.parent();
    }
    Collections.reverse(chain);
    return new Chain(vm, chain);
  }

  private VirtMoverException missing(CheckpointName id, CheckpointName name) {
    return broken(
        id.equals(name)
            ? "checkpoint %s is not in the index".formatted(id)
            : "checkpoint %s, which %s builds on, is not in the index".formatted(name, id));
  }

  private VirtMoverException broken(String what) {
    return new VirtMoverException(
        FailureKind.CHAIN_BROKEN,
        "The chain of VM %s is broken: %s. The next backup has to be a full.".formatted(vm, what));
  }
}
