// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether Kubernetes would bind a claim to a volume; it says nothing when it would not. */
final class TargetFit {
  private TargetFit() {}

  /** What is in the way. */
  static Optional<String> obstacle(PersistentVolumeClaim claim, PersistentVolume volume) {
    var where = "claim " + ClaimRef.of(claim);
    if (Claims.isGoing(claim)) {
      return Optional.of(where + " is being deleted");
    }
    var named = Claims.volumeName(claim);
    if (named.isPresent() && !named.get().equals(volume.getMetadata().getName())) {
      return Optional.of("%s has another volume, %s".formatted(where, named.get()));
    }
    if (Claims.isBlock(claim) != "Block".equals(volume.getSpec().getVolumeMode())) {
      return Optional.of(where + " asks for the other volume mode");
    }
    if (!text(claim.getSpec().getStorageClassName())
        .equals(text(volume.getSpec().getStorageClassName()))) {
      return Optional.of(
          "%s asks for the storage class '%s', its volume has '%s'"
              .formatted(
                  where,
                  text(claim.getSpec().getStorageClassName()),
                  text(volume.getSpec().getStorageClassName())));
    }
    var asked = Claims.request(claim);
    var has = Claims.storage(volume.getSpec().getCapacity());
    if (Claims.bytes(asked).compareTo(Claims.bytes(has)) > 0) {
      return Optional.of(
          "%s asks for %s, its volume has %s"
              .formatted(where, asked.orElseThrow(), has.map(Object::toString).orElse("nothing")));
    }
    return Optional.empty();
  }

  private static String text(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }
}
