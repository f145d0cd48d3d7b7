// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.api;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and patches KubeVirt's objects, always from the API server itself. */
public final class KubeObjects {
  private static final PatchContext JSON = PatchContext.of(PatchType.JSON);

  private final KubernetesClient client;

  /** Works through a client. */
  public KubeObjects(KubernetesClient client) {
    this.client = client;
  }

  /** The object as it is now. */
  public Optional<GenericKubernetesResource> find(ResourceDefinitionContext kind, ObjectKey key) {
    return Optional.ofNullable(at(kind, key).get());
  }

  /** All objects of a kind in a namespace. */
  public List<GenericKubernetesResource> list(ResourceDefinitionContext kind, String namespace) {
    return client.genericKubernetesResources(kind).inNamespace(namespace).list().getItems();
  }

  /** Applies a JSON patch (RFC 6902). */
  public GenericKubernetesResource patch(
      ResourceDefinitionContext kind, ObjectKey key, List<Map<String, Object>> operations) {
    return at(kind, key).patch(JSON, json(operations));
  }

  /** Applies a JSON patch to the status subresource. */
  public void patchStatus(
      ResourceDefinitionContext kind, ObjectKey key, List<Map<String, Object>> operations) {
    at(kind, key).subresource("status").patch(JSON, json(operations));
  }

  /** Replaces the status; refused when the object has changed since it was read. */
  public GenericKubernetesResource replaceStatus(
      ResourceDefinitionContext kind, GenericKubernetesResource object) {
    return client
        .genericKubernetesResources(kind)
        .inNamespace(object.getMetadata().getNamespace())
        .resource(object)
        .updateStatus();
  }

  /** Creates an object. */
  public GenericKubernetesResource create(
      ResourceDefinitionContext kind, GenericKubernetesResource object) {
    return client
        .genericKubernetesResources(kind)
        .inNamespace(object.getMetadata().getNamespace())
        .resource(object)
        .create();
  }

  /** Deletes an object if it is there. */
  public void delete(ResourceDefinitionContext kind, ObjectKey key) {
    at(kind, key).delete();
  }

  private Resource<GenericKubernetesResource> at(ResourceDefinitionContext kind, ObjectKey key) {
    return client
        .genericKubernetesResources(kind)
        .inNamespace(key.namespace())
        .withName(key.name());
  }

  private String json(Object value) {
    return client.getKubernetesSerialization().asJson(value);
  }
}
