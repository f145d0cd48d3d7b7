// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.virtmover.controller.Keys;
import io.virtmover.controller.velero.TransferObject;
import java.util.Map;
import java.util.Optional;

/** Merge patches of volumes; each counts only for the version that was looked at. */
final class VolumePatches {
  private static final String BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";

  private VolumePatches() {}

  /** Keeps a volume and marks it as a request's, at once. */
  static ObjectNode take(PersistentVolume volume, TransferObject request) {
    var patch = of(volume);
    labels(patch)
        .put(Keys.REQUEST_UID, request.getMetadata().getUid())
        .put(Keys.REQUEST_KIND, request.getKind());
    annotations(patch)
        .put(Keys.REQUEST_NAME, request.getMetadata().getName())
        .put(Keys.RECLAIM_POLICY, Volumes.policy(volume));
    return policy(patch, Volumes.RETAIN);
  }

  /** The volume also gets the labels that the claim selects by: volumes are restored by them. */
  static ObjectNode nameClaim(PersistentVolume volume, PersistentVolumeClaim claim) {
    var patch = of(volume);
    annotations(patch).putNull(BY_CONTROLLER);
    patch
        .withObject("/spec")
        .withObject("/claimRef")
        .put("apiVersion", "v1")
        .put("kind", "PersistentVolumeClaim")
        .put("namespace", claim.getMetadata().getNamespace())
        .put("name", claim.getMetadata().getName())
        .put("uid", claim.getMetadata().getUid())
        .putNull("resourceVersion");
    var has = Optional.ofNullable(volume.getMetadata().getLabels()).orElse(Map.of());
    Optional.ofNullable(claim.getSpec().getSelector())
        .map(LabelSelector::getMatchLabels)
        .orElse(Map.of())
        .forEach(
            (key, value) -> {
              if (!has.containsKey(key)) {
                labels(patch).put(key, value);
              }
            });
    return patch;
  }

  /**
   * Ends a move. The label with the request's UID stays: it tells whose data the volume has, and
   * that the move is done.
   */
  static ObjectNode giveBack(PersistentVolume volume, String policy) {
    var patch = of(volume);
    labels(patch).putNull(Keys.REQUEST_KIND);
    annotations(patch).putNull(Keys.RECLAIM_POLICY);
    return policy(patch, policy);
  }

  private static ObjectNode policy(ObjectNode patch, String policy) {
    patch.withObject("/spec").put("persistentVolumeReclaimPolicy", policy);
    return patch;
  }

  private static ObjectNode of(HasMetadata object) {
    var patch = JsonNodeFactory.instance.objectNode();
    patch.withObject("/metadata").put("resourceVersion", object.getMetadata().getResourceVersion());
    return patch;
  }

  private static ObjectNode labels(ObjectNode patch) {
    return patch.withObject("/metadata").withObject("/labels");
  }

  private static ObjectNode annotations(ObjectNode patch) {
    return patch.withObject("/metadata").withObject("/annotations");
  }
}
