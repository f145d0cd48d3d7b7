// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Where a claim is. */
public record ClaimRef(String namespace, String name) {
  /** Where this one is. */
  public static ClaimRef of(HasMetadata claim) {
    return new ClaimRef(claim.getMetadata().getNamespace(), claim.getMetadata().getName());
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
