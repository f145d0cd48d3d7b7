// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.api;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** An object of a kind that is known from the context. */
public record ObjectKey(String namespace, String name) {
  /** The key of an object. */
  public static ObjectKey of(HasMetadata object) {
    return new ObjectKey(object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
