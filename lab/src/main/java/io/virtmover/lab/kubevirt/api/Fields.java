// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.api;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Typed reading of an object without a schema; what is absent or of another type is empty. */
public record Fields(Map<?, ?> map) {
  /** The spec, status and further fields of an object; metadata is not among them. */
  public static Fields of(GenericKubernetesResource object) {
    return new Fields(object.getAdditionalProperties());
  }

  /** A text. */
  public Optional<String> text(String... path) {
    return find(path) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** Whether a boolean is there and true. */
  public boolean isTrue(String... path) {
    return find(path) instanceof Boolean value && value;
  }

  /** Whether anything but null is there. */
  public boolean has(String... path) {
    return find(path) != null;
  }

  /** A nested object. */
  public Optional<Fields> object(String... path) {
    return find(path) instanceof Map<?, ?> nested
        ? Optional.of(new Fields(nested))
        : Optional.empty();
  }

  /** The objects of a list. */
  public List<Fields> list(String... path) {
    return find(path) instanceof List<?> items
        ? items.stream()
            .filter(item -> item instanceof Map<?, ?>)
            .map(item -> new Fields((Map<?, ?>) item))
            .toList()
        : List.of();
  }

  /** The texts of a list. */
  public List<String> texts(String... path) {
    return find(path) instanceof List<?> items
        ? items.stream().filter(item -> item instanceof String).map(item -> (String) item).toList()
        : List.of();
  }

  private @Nullable Object find(String... path) {
    Object here = map;
    for (var name : path) {
      if (!(here instanceof Map<?, ?> fields)) {
        return null;
      }
      here = fields.get(name);
    }
    return here;
  }
}
