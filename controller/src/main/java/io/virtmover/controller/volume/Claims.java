// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.virtmover.controller.Keys;
import io.virtmover.controller.Naming;
import io.virtmover.controller.velero.TransferObject;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What claims say. */
public final class Claims {
  private static final String STORAGE = "storage";

  private Claims() {}

  /** The volume that it names; empty while it names none. */
  public static Optional<String> volumeName(PersistentVolumeClaim claim) {
    return Optional.ofNullable(claim.getSpec().getVolumeName()).filter(name -> !name.isEmpty());
  }

  /** Whether it and its volume have found each other. */
  public static boolean isBound(PersistentVolumeClaim claim) {
    return hasPhase(claim, "Bound");
  }

  static boolean hasPhase(PersistentVolumeClaim claim, String phase) {
    return claim.getStatus() != null && phase.equals(claim.getStatus().getPhase());
  }

  /** Whether its volume is a device; without a word it is a file system. */
  public static boolean isBlock(PersistentVolumeClaim claim) {
    return "Block".equals(claim.getSpec().getVolumeMode());
  }

  /** How much it asks for. */
  public static Optional<Quantity> request(PersistentVolumeClaim claim) {
    var resources = claim.getSpec().getResources();
    return Optional.ofNullable(resources).flatMap(all -> storage(all.getRequests()));
  }

  static Optional<Quantity> storage(@Nullable Map<String, Quantity> amounts) {
    return Optional.ofNullable(amounts).map(all -> all.get(STORAGE));
  }

  static BigDecimal bytes(Optional<Quantity> amount) {
    return amount.map(Quantity::getNumericalAmount).orElse(BigDecimal.ZERO);
  }

  /** Whether it was deleted, and is kept by what uses it. */
  public static boolean isGoing(HasMetadata object) {
    return object.getMetadata().getDeletionTimestamp() != null;
  }

  /**
   * Whether we made it for this request. Anybody can put a label onto a claim of their own, so the
   * name counts as well: it has to be that of one of the request's tries.
   */
  public static boolean isOf(PersistentVolumeClaim claim, TransferObject request) {
    var metadata = claim.getMetadata();
    var labels = metadata.getLabels();
    return labels != null
        && request.getMetadata().getUid().equals(labels.get(Keys.REQUEST_UID))
        && Naming.objects(request.getMetadata()).contains(metadata.getName());
  }
}
