// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.json.ExactJson;
import java.io.IOException;

/** Items between their bytes and their trees; what is not changed comes out with the same value. */
final class Items {
  private Items() {}

  /**
   * Reads an object.
   *
   * @param what says in an error which of a request's fields it was
   */
  static ObjectNode read(ByteString json, String what) {
    JsonNode tree;
    try {
      tree = ExactJson.MAPPER.readTree(json.newInput());
    } catch (JacksonException e) {
      throw unreadable(what, e.getOriginalMessage());
    } catch (IOException e) {
      throw unreadable(what, String.valueOf(e.getMessage()));
    }
    if (tree instanceof ObjectNode object) {
      return object;
    }
    throw unreadable(what, json.isEmpty() ? "it is empty" : "it is no JSON object");
  }

  /**
   * Writes an item. Velero loses an item that has no kind, so that is an error.
   *
   * @param by the action that answered with it
   */
  static ByteString write(ObjectNode item, String by) {
    if (item.path("kind").asText().isEmpty()) {
      throw new VirtMoverException(
          FailureKind.INTERNAL, "%s answered with an item that has no kind".formatted(by));
    }
    try {
      return ByteString.copyFrom(ExactJson.MAPPER.writeValueAsBytes(item));
    } catch (IOException e) {
      throw new VirtMoverException(
          FailureKind.INTERNAL,
          "the item that %s answered with cannot be written: %s".formatted(by, e.getMessage()),
          e);
    }
  }

  /** Names an item in messages: {@code VirtualMachine shop/db}. */
  static String describe(JsonNode item) {
    var metadata = item.path("metadata");
    var namespace = metadata.path("namespace").asText();
    return "%s %s%s"
        .formatted(
            item.path("kind").asText(),
            namespace.isEmpty() ? "" : namespace + "/",
            metadata.path("name").asText());
  }

  private static VirtMoverException unreadable(String what, String why) {
    return new VirtMoverException(
        FailureKind.INVALID_REQUEST,
        "Velero's request has no readable %s: %s".formatted(what, why));
  }
}
