// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.restore;

import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.Kinds;
import io.virtmover.velero.kubernetes.KubernetesApi;
import io.virtmover.velero.kubernetes.ResourceType;
import java.util.Map;

/**
 * Tells a claim that stays from one that is about to go: Kubernetes deletes it behind its
 * DataVolume, and that behind its VM, a while after these.
 */
final class Departure {
  private static final Map<String, ResourceType> OWNERS =
      Map.of("DataVolume", Kinds.DATA_VOLUMES, "VirtualMachine", ResourceType.VIRTUAL_MACHINES);

  private final KubernetesApi kubernetes;

  Departure(KubernetesApi kubernetes) {
    this.kubernetes = kubernetes;
  }

  /** Whether an object that is there is being deleted, or has lost what it belongs to. */
  boolean isGoing(Item object) {
    return object.isGoing()
        || OWNERS.entrySet().stream()
            .anyMatch(
                owner ->
                    object
                        .controller(owner.getKey())
                        .filter(
                            reference -> isGoing(object.namespace(), owner.getValue(), reference))
                        .isPresent());
  }

  private boolean isGoing(String namespace, ResourceType type, Item.Owner owner) {
    return kubernetes
        .get(type, namespace, owner.name())
        .map(Item::new)
        .filter(found -> found.uid().equals(owner.uid()))
        .map(this::isGoing)
        .orElse(true);
  }
}
