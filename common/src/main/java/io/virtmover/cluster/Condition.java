// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** One of an object's conditions; missing texts are empty. */
record Condition(boolean isTrue, String reason, String message) {
  /** The conditions of a status by type. */
  static Map<String, Condition> of(JsonNode status) {
    var conditions = new HashMap<String, Condition>();
    for (var one : status.path("conditions")) {
      conditions.put(
          one.path("type").asText(),
          new Condition(
              one.path("status").asText().equals("True"),
              one.path("reason").asText(),
              one.path("message").asText()));
    }
    return conditions;
  }

  /** The condition of this type, if it is there and true. */
  static Optional<Condition> whenTrue(Map<String, Condition> conditions, String type) {
    return Optional.ofNullable(conditions.get(type)).filter(Condition::isTrue);
  }

  /** What there is to say to people: the message, else the reason. */
  Optional<String> words() {
    return Optional.of(message.isBlank() ? reason : message).filter(text -> !text.isBlank());
  }
}
