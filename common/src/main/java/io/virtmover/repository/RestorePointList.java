// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.failure.VirtMoverException;
import java.util.List;
import java.util.Map;

/**
 * What a VM's backups offer.
 *
 * @param points can be restored as far as was looked; oldest checkpoint first
 * @param unusable have a manifest, yet cannot be restored
 * @param reasons why a checkpoint is a full, where that was recorded and looked up
 */
public record RestorePointList(
    List<RestorePoint> points, List<Unusable> unusable, Map<CheckpointName, FullReason> reasons) {
  /** A backup that is there and cannot be restored. */
  public record Unusable(BackupName backup, VirtMoverException reason) {}

  public RestorePointList {
    points = List.copyOf(points);
    unusable = List.copyOf(unusable);
    reasons = Map.copyOf(reasons);
  }

  /**
   * Whether a failure says that something in the bucket cannot be used, rather than that it could
   * not be fetched.
   */
  public static boolean isUnusable(VirtMoverException e) {
    return switch (e.kind()) {
      case CHAIN_BROKEN, CORRUPT_BACKUP, UNSUPPORTED -> true;
      case INTERNAL,
          INVALID_REQUEST,
          ACCESS_DENIED,
          UNAVAILABLE,
          CORRUPT_SOURCE,
          CONFLICT,
          CANCELED,
          TARGET ->
          false;
    };
  }
}
