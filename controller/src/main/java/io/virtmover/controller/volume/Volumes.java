// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.virtmover.controller.Keys;
import java.util.Map;
import java.util.Optional;

/** What volumes say. */
public final class Volumes {
  static final String RETAIN = "Retain";
  static final String DELETE = "Delete";

  private static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

  private Volumes() {}

  /** Whether its move has begun and not ended: it is kept until it has its claim. */
  public static boolean isTaken(PersistentVolume volume) {
    return annotations(volume).containsKey(Keys.RECLAIM_POLICY);
  }

  /** The policy that it has to get back; its own where it was not taken. */
  static String ownPolicy(PersistentVolume volume) {
    return annotations(volume).getOrDefault(Keys.RECLAIM_POLICY, policy(volume));
  }

  static String policy(PersistentVolume volume) {
    var policy = volume.getSpec().getPersistentVolumeReclaimPolicy();
    return policy == null ? RETAIN : policy;
  }

  /** Whether something made it for a claim, and can delete it too. */
  static boolean isProvisioned(PersistentVolume volume) {
    return annotations(volume).containsKey(PROVISIONED_BY);
  }

  static Optional<ClaimRef> claim(PersistentVolume volume) {
    return Optional.ofNullable(volume.getSpec().getClaimRef())
        .map(reference -> new ClaimRef(reference.getNamespace(), reference.getName()));
  }

  /** Whether it is meant for this very claim, not for an earlier one of its name. */
  static boolean isFor(PersistentVolume volume, PersistentVolumeClaim claim) {
    return Optional.ofNullable(volume.getSpec().getClaimRef())
        .map(ObjectReference::getUid)
        .filter(uid -> uid.equals(claim.getMetadata().getUid()))
        .isPresent();
  }

  static boolean isBound(PersistentVolume volume) {
    return volume.getStatus() != null && "Bound".equals(volume.getStatus().getPhase());
  }

  private static Map<String, String> annotations(PersistentVolume volume) {
    var all = volume.getMetadata().getAnnotations();
    return all == null ? Map.of() : all;
  }
}
