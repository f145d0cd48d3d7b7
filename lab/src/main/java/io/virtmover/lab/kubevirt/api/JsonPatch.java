// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the operations of a JSON patch (RFC 6902). */
public final class JsonPatch {
  private final List<Map<String, Object>> operations = new ArrayList<>();

  /** Refuses the patch unless the value is there; null stands for an absent field. */
  public JsonPatch test(String path, @Nullable Object value) {
    return add("test", path, value);
  }

  /** Adds or sets a value. */
  public JsonPatch add(String path, Object value) {
    return add("add", path, value);
  }

  /** Sets a value that is there. */
  public JsonPatch replace(String path, Object value) {
    return add("replace", path, value);
  }

  /** Removes a value that is there. */
  public JsonPatch remove(String path) {
    var operation = new LinkedHashMap<String, Object>();
    operation.put("op", "remove");
    operation.put("path", path);
    operations.add(operation);
    return this;
  }

  /** The operations so far. */
  public List<Map<String, Object>> operations() {
    return List.copyOf(operations);
  }

  @SuppressWarnings("NullAway") // a test for an absent field compares with null
  private JsonPatch add(String op, String path, @Nullable Object value) {
    var operation = new LinkedHashMap<String, Object>();
    operation.put("op", op);
    operation.put("path", path);
    operation.put("value", value);
    operations.add(operation);
    return this;
  }
}
