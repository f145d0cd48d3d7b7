// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.lab.kubevirt.api.JsonPatch;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and writes VMs, VMIs and trackers. */
final class VmObjects {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;
  private final KubeObjects objects;

  VmObjects(KubernetesClient client) {
    this.client = client;
    this.objects = new KubeObjects(client);
  }

  Optional<GenericKubernetesResource> find(ResourceDefinitionContext kind, ObjectKey key) {
    return objects.find(kind, key);
  }

  List<GenericKubernetesResource> list(ResourceDefinitionContext kind, String namespace) {
    return objects.list(kind, namespace);
  }

  void create(ResourceDefinitionContext kind, GenericKubernetesResource object) {
    objects.create(kind, object);
  }

  void delete(ResourceDefinitionContext kind, ObjectKey key) {
    objects.delete(kind, key);
  }

  void patch(ResourceDefinitionContext kind, ObjectKey key, JsonPatch patch) {
    objects.patch(kind, key, patch.operations());
  }

  void patchStatus(ResourceDefinitionContext kind, ObjectKey key, JsonPatch patch) {
    objects.patchStatus(kind, key, patch.operations());
  }

  /** Writes changed fields of a status that is a subresource. */
  void mergeStatus(ResourceDefinitionContext kind, ObjectKey key, StatusPatch patch) {
    if (!patch.isEmpty()) {
      client
          .genericKubernetesResources(kind)
          .inNamespace(key.namespace())
          .withName(key.name())
          .subresource("status")
          .patch(MERGE, json(patch));
    }
  }

  /** Writes changed fields of a status that is part of its object, as a VMI's is. */
  void merge(ResourceDefinitionContext kind, ObjectKey key, StatusPatch patch) {
    if (!patch.isEmpty()) {
      client
          .genericKubernetesResources(kind)
          .inNamespace(key.namespace())
          .withName(key.name())
          .patch(MERGE, json(patch));
    }
  }

  private String json(StatusPatch patch) {
    return client.getKubernetesSerialization().asJson(patch.body());
  }

  boolean hasFinalizer(GenericKubernetesResource object, String finalizer) {
    return object.getMetadata().getFinalizers().contains(finalizer);
  }

  void addFinalizer(
      ResourceDefinitionContext kind, GenericKubernetesResource object, String finalizer) {
    var before = object.getMetadata().getFinalizers();
    var after = new ArrayList<>(before);
    after.add(finalizer);
    patch(kind, ObjectKey.of(object), finalizers(before, after));
  }

  void removeFinalizer(
      ResourceDefinitionContext kind, GenericKubernetesResource object, String finalizer) {
    var before = object.getMetadata().getFinalizers();
    var after = before.stream().filter(name -> !name.equals(finalizer)).toList();
    patch(kind, ObjectKey.of(object), finalizers(before, after));
  }

  private static JsonPatch finalizers(List<String> before, List<String> after) {
    return new JsonPatch()
        .test("/metadata/finalizers", before.isEmpty() ? null : before)
        .add("/metadata/finalizers", after);
  }
}
