// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.virtmover.controller.volume.ClaimRef;
import io.virtmover.controller.volume.Claims;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;

/** Whether a disk can be restored for a claim. */
final class TargetCheck {
  private static final Set<String> MODES = Set.of("Filesystem", "Block");

  private TargetCheck() {}

  /** What is in the way, whatever the disk. */
  static Optional<String> obstacle(PersistentVolumeClaim claim) {
    if (Claims.isGoing(claim)) {
      return told(claim, "is being deleted; restore again");
    }
    if (Claims.volumeName(claim).isPresent() || Claims.isBound(claim)) {
      return told(
          claim, "already has a volume, and nothing is written over; delete it and restore again");
    }
    var mode = Optional.ofNullable(claim.getSpec().getVolumeMode());
    if (mode.filter(known -> !MODES.contains(known)).isPresent()) {
      return told(claim, "has the volume mode %s, which is not known".formatted(mode.get()));
    }
    var expressions =
        Optional.ofNullable(claim.getSpec().getSelector()).map(LabelSelector::getMatchExpressions);
    if (expressions.filter(list -> !list.isEmpty()).isPresent()) {
      return told(
          claim, "selects volumes by matchExpressions, which cannot be met; use matchLabels");
    }
    return Claims.request(claim).isEmpty()
        ? told(claim, "asks for no storage; give it a request")
        : Optional.empty();
  }

  /** What is in the way of this disk: a file system has no room beyond what was asked for. */
  static Optional<String> obstacle(PersistentVolumeClaim claim, Disk disk) {
    return Claims.isBlock(claim) || isEnough(claim, disk)
        ? Optional.empty()
        : told(
            claim,
            "asks for %s, but disk %s has %d bytes; make a claim of at least that size"
                .formatted(
                    Claims.request(claim).map(Object::toString).orElse("nothing"),
                    disk.volume(),
                    disk.virtualSize().orElse(0)));
  }

  /** What the claim for the restore has to ask for. */
  static Quantity size(PersistentVolumeClaim claim, Disk disk) {
    return isEnough(claim, disk)
        ? Claims.request(claim).orElseThrow()
        : new Quantity(Long.toString(disk.virtualSize().orElseThrow()));
  }

  private static boolean isEnough(PersistentVolumeClaim claim, Disk disk) {
    var asked = Claims.request(claim).map(Quantity::getNumericalAmount).orElse(BigDecimal.ZERO);
    return asked.compareTo(BigDecimal.valueOf(disk.virtualSize().orElse(0))) >= 0;
  }

  private static Optional<String> told(PersistentVolumeClaim claim, String what) {
    return Optional.of("Claim %s %s.".formatted(ClaimRef.of(claim), what));
  }
}
