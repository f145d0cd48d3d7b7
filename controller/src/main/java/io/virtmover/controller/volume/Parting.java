// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.virtmover.controller.velero.TransferObject;
import java.util.Optional;

/**
 * What becomes of a volume when its move is given up.
 *
 * @param policy the reclaim policy it has to get; empty where it is as it should be
 * @param isAwaited whether it is going, and is not gone yet
 */
record Parting(Optional<String> policy, boolean isAwaited) {
  /**
   * Decides it.
   *
   * @param owner the claim that the volume names, if that very claim is there
   */
  static Parting of(
      PersistentVolume volume, Optional<PersistentVolumeClaim> owner, TransferObject request) {
    var isSomebodyElses = owner.filter(claim -> !Claims.isOf(claim, request)).isPresent();
    if (isSomebodyElses) {
      // The target's: it has all data, and Kubernetes is binding it or has done so.
      return new Parting(
          Volumes.isTaken(volume) ? Optional.of(Volumes.ownPolicy(volume)) : Optional.empty(),
          false);
    }
    // Nobody but us has ever used it, so nobody misses it, even where its class keeps volumes.
    var wanted = Volumes.isProvisioned(volume) ? Volumes.DELETE : Volumes.ownPolicy(volume);
    var isOurs = Volumes.isTaken(volume) || owner.isPresent();
    var policy = isOurs ? wanted : Volumes.policy(volume);
    var isDue = Volumes.isTaken(volume) || !policy.equals(Volumes.policy(volume));
    return new Parting(
        isDue ? Optional.of(policy) : Optional.empty(), policy.equals(Volumes.DELETE));
  }
}
