// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.policy.Assignment;
import java.util.Map;
import java.util.Set;

/**
 * What a Backup wants of a VM.
 *
 * @param movesData whether data goes to the location
 * @param takesSnapshots whether Velero does what it can for disks that nothing is said about
 * @param wantsObjectsOnly whether it is without data
 * @param claims whom the claims are given to that the VM has
 * @param shared claims that other VMs name too, with their names
 * @param leavesOutVm whether the VM is not in it
 * @param leftOut claims of the VM that are not in it
 */
record Wishes(
    boolean movesData,
    boolean takesSnapshots,
    boolean wantsObjectsOnly,
    Map<String, Assignment> claims,
    Map<String, Set<String>> shared,
    boolean leavesOutVm,
    Set<String> leftOut) {
  Wishes {
    claims = Map.copyOf(claims);
    shared = Map.copyOf(shared);
    leftOut = Set.copyOf(leftOut);
  }

  static Wishes of(
      VeleroBackup backup,
      Map<String, Assignment> claims,
      Map<String, Set<String>> shared,
      boolean leavesOutVm,
      Set<String> leftOut) {
    return new Wishes(
        backup.movesData(),
        backup.takesSnapshots(),
        backup.wantsObjectsOnly(),
        claims,
        shared,
        leavesOutVm,
        leftOut);
  }

  Assignment assignment(String claim) {
    return claims.getOrDefault(claim, Assignment.UNSAID);
  }
}
