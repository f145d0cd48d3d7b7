// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import java.util.List;

/**
 * What one Velero backup needs for one VM: the chain, full first. Written last; a backup exists
 * when its manifest does.
 */
public record Manifest(VmRef vm, BackupName backup, List<CheckpointName> chain) {
  public Manifest {
    chain = List.copyOf(chain);
  }
}
