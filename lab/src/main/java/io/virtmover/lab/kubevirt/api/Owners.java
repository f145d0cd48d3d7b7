// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.api;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;

/** Whom an object belongs to: controllers say so of what they have made. */
public final class Owners {
  private Owners() {}

  /** The one owner that controls an object, and goes after it. */
  public static OwnerReference controller(GenericKubernetesResource owner) {
    return controller(
        owner.getApiVersion(),
        owner.getKind(),
        owner.getMetadata().getName(),
        owner.getMetadata().getUid());
  }

  /** The same where the object itself is not at hand, or does not say what it is. */
  public static OwnerReference controller(String apiVersion, String kind, String name, String uid) {
    return new OwnerReferenceBuilder()
        .withApiVersion(apiVersion)
        .withKind(kind)
        .withName(name)
        .withUid(uid)
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }
}
