// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.api.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A condition as it is stored.
 *
 * @param message absent in model A, where the reason holds the sentence
 * @param since {@code lastTransitionTime}, whole seconds
 */
record Condition(
    String type, boolean status, String reason, Optional<String> message, String since) {
  static Condition of(Fields fields) {
    return new Condition(
        fields.text("type").orElse(""),
        fields.text("status").orElse("").equals("True"),
        fields.text("reason").orElse(""),
        fields.text("message"),
        fields.text("lastTransitionTime").orElse(""));
  }

  Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("type", type);
    map.put("status", status ? "True" : "False");
    map.put("reason", reason);
    message.ifPresent(text -> map.put("message", text));
    map.put("lastTransitionTime", since);
    return map;
  }
}
