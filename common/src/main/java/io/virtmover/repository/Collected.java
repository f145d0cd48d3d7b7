// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import java.util.List;

/**
 * What a collector took away of a VM, or would take away.
 *
 * @param checkpoints whose objects went, those first that the index had
 * @param objects number of objects
 * @param uploads number of multipart uploads that nobody goes on with
 * @param bytes in objects and uploads
 * @param isWholeVm whether nothing of the VM is left
 * @param hasMore whether something else that no backup needs stays for now: it is young, or another
 *     run may be at work
 * @param lost checkpoints that a backup needs and the index does not have: it has to be rebuilt
 */
public record Collected(
    VmRef vm,
    List<CheckpointName> checkpoints,
    long objects,
    long uploads,
    long bytes,
    boolean isWholeVm,
    boolean hasMore,
    List<CheckpointName> lost) {
  public Collected {
    checkpoints = List.copyOf(checkpoints);
    lost = List.copyOf(lost);
  }

  Collected ofWholeVm(boolean isWhole) {
    return new Collected(
        vm,
        checkpoints,
        objects,
        uploads,
        bytes,
        isWhole,
        hasMore || (isWholeVm && !isWhole),
        lost);
  }

  /** Whether there was nothing to take away. */
  public boolean isNothing() {
    return objects == 0 && uploads == 0 && !isWholeVm;
  }
}
