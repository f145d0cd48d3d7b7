// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Waits until the controllers have had their turn: sends backups that wait for a tracker through
 * them, one after another. Keys of one namespace are worked on in order, so what a backup was woken
 * for before is done when the fence has passed.
 */
final class Fence {
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final int ROUNDS = 3;
  private static final String NAME = "fence-";

  private final KubeObjects objects;
  private final String namespace;
  private int passed;

  Fence(KubernetesClient client, String namespace) {
    this.objects = new KubeObjects(client);
    this.namespace = namespace;
  }

  /** Whether a backup is one of the fence and none of the scenario. */
  static boolean isPart(String name) {
    return name.startsWith(NAME);
  }

  /** Lets the controllers come to rest. */
  void pass() {
    for (var i = 0; i < ROUNDS; i++) {
      once();
    }
  }

  /** Lets the controllers see what was written so far. */
  void once() {
    round(new ObjectKey(namespace, NAME + passed++));
  }

  private void round(ObjectKey key) {
    var backup = new GenericKubernetesResource();
    backup.setApiVersion("backup.kubevirt.io/v1alpha1");
    backup.setKind("VirtualMachineBackup");
    backup.setMetadata(new ObjectMeta());
    backup.getMetadata().setNamespace(key.namespace());
    backup.getMetadata().setName(key.name());
    var spec = new HashMap<String, Object>();
    spec.put("pvcName", "none");
    spec.put(
        "source",
        Map.of(
            "apiGroup", "backup.kubevirt.io",
            "kind", "VirtualMachineBackupTracker",
            "name", key.name()));
    backup.setAdditionalProperty("spec", spec);
    objects.create(Kinds.BACKUP, backup);
    Waiting.until(
        WITHIN,
        () ->
            objects
                .find(Kinds.BACKUP, key)
                .map(here -> !Fields.of(here).list("status", "conditions").isEmpty())
                .orElse(false),
        () -> "the controllers do not look at " + key);
    objects.delete(Kinds.BACKUP, key);
  }
}
