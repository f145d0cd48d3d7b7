// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.failure.VirtMoverException;
import java.util.List;

/**
 * What a VM's backups offer.
 *
 * @param points can be restored as far as the bucket's documents say; oldest checkpoint first
 * @param unusable have a manifest, yet cannot be restored
 */
public record RestorePointList(List<RestorePoint> points, List<Unusable> unusable) {
  /** A backup that is there and broken. */
  public record Unusable(BackupName backup, VirtMoverException reason) {}

  public RestorePointList {
    points = List.copyOf(points);
    unusable = List.copyOf(unusable);
  }
}
