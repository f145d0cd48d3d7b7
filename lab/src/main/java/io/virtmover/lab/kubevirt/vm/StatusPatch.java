// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects fields of a status that change, for one merge patch (RFC 7386). */
final class StatusPatch {
  private final Map<?, ?> now;
  private final Map<String, @Nullable Object> changes = new LinkedHashMap<>();

  StatusPatch(GenericKubernetesResource object) {
    var status = object.getAdditionalProperties().get("status");
    now = status instanceof Map<?, ?> map ? map : Map.of();
  }

  /** Sets a field unless it has the value already. */
  StatusPatch set(String field, Object value) {
    if (!value.equals(now.get(field))) {
      changes.put(field, value);
    }
    return this;
  }

  /** Removes a field that is there. */
  StatusPatch remove(String field) {
    if (now.containsKey(field)) {
      changes.put(field, null);
    }
    return this;
  }

  /** Sets a field of an object in the status and leaves its other fields alone. */
  StatusPatch setNested(String field, String nested, Object value) {
    var before = now.get(field) instanceof Map<?, ?> map ? map.get(nested) : null;
    if (!Objects.equals(before, value)) {
      changes.put(field, Map.of(nested, value));
    }
    return this;
  }

  boolean isEmpty() {
    return changes.isEmpty();
  }

  Map<String, Object> body() {
    var body = new LinkedHashMap<String, Object>();
    body.put("status", changes);
    return body;
  }
}
