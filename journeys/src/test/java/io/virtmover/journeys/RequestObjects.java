// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Velero's requests as objects. */
final class RequestObjects {
  private static final int LABEL = 63;

  private RequestObjects() {}

  static GenericKubernetesResource make(
      ResourceDefinitionContext kind,
      String name,
      Map<String, String> labels,
      Map<String, String> annotations,
      Map<String, Object> spec) {
    var object = new GenericKubernetesResource();
    object.setApiVersion(kind.getGroup() + "/" + kind.getVersion());
    object.setKind(kind.getKind());
    object.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withLabels(labels)
            .withAnnotations(annotations)
            .build());
    object.setAdditionalProperty("spec", spec);
    return object;
  }

  /**
   * Makes it belong to Velero's Backup or Restore, so that Kubernetes deletes it with that.
   *
   * @param isController whether the owner is said to control it
   */
  static GenericKubernetesResource owned(
      GenericKubernetesResource request,
      Optional<GenericKubernetesResource> owner,
      boolean isController) {
    owner.ifPresent(
        one -> {
          var reference =
              new OwnerReferenceBuilder()
                  .withApiVersion(one.getApiVersion())
                  .withKind(one.getKind())
                  .withName(one.getMetadata().getName())
                  .withUid(one.getMetadata().getUid());
          if (isController) {
            reference.withController(true);
          }
          request.getMetadata().setOwnerReferences(List.of(reference.build()));
        });
    return request;
  }

  /** The UID of Velero's object; any where there is none. */
  static String uid(Optional<GenericKubernetesResource> owner) {
    return owner
        .map(one -> one.getMetadata().getUid())
        .orElseGet(() -> UUID.randomUUID().toString());
  }

  /** What Velero finds the request by. */
  static String operationId(String prefix, String operation) {
    return label(prefix + "-" + operation);
  }

  /** A label's value, shortened as Velero does it. */
  static String label(String text) {
    return text.length() <= LABEL ? text : text.substring(0, 57) + sha256(text).substring(0, 6);
  }

  private static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
