// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.cluster.BackupTracker;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * All that decides whether a backup can be an increment.
 *
 * @param demanded that it has to be a full, whatever the chain is like
 * @param latest the bucket's latest checkpoint of the VM
 * @param broken why the chain cannot be built on; empty if it can
 * @param tracker what KubeVirt would build on
 * @param mostIncrements 0: without a limit
 * @param isUntracked whether KubeVirt did not track the VM for a while after that checkpoint
 * @param lastRestore when the VM was last restored from a snapshot of KubeVirt's
 */
record ChainFacts(
    Optional<FullReason> demanded,
    Optional<Latest> latest,
    Optional<String> broken,
    Optional<BackupTracker> tracker,
    int mostIncrements,
    String vmUid,
    Map<VolumeName, Claim> disks,
    boolean isUntracked,
    Optional<Instant> lastRestore) {
  /**
   * The bucket's latest checkpoint.
   *
   * @param increments of its chain, itself included
   * @param vmUid empty where another product wrote it
   * @param written when; after the point in time
   */
  record Latest(
      CheckpointName checkpoint,
      int increments,
      Optional<String> vmUid,
      Instant written,
      Map<VolumeName, Claim> disks) {
    Latest {
      disks = Map.copyOf(disks);
    }
  }

  /** What is behind a volume; as far as it is known. */
  record Claim(Optional<String> name, Optional<String> uid) {
    /** Whether both can be the same. */
    boolean fits(Claim other) {
      return agree(name, other.name) && agree(uid, other.uid);
    }

    private static boolean agree(Optional<String> one, Optional<String> other) {
      return one.isEmpty() || other.isEmpty() || one.equals(other);
    }
  }

  ChainFacts {
    disks = Map.copyOf(disks);
  }
}
