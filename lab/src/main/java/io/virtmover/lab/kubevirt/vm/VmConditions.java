// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.kubevirt.api.Fields;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The conditions of a VM or VMI; the transition time moves with the status only. */
final class VmConditions {
  /** What a condition says. */
  record Said(String type, boolean isTrue, String reason, String message) {
    static Said yes(String type) {
      return new Said(type, true, "", "");
    }

    static Said no(String type, String reason, String message) {
      return new Said(type, false, reason, message);
    }
  }

  private final List<Fields> before;
  private final Clock clock;

  VmConditions(GenericKubernetesResource object, Clock clock) {
    this.before = Fields.of(object).list("status", "conditions");
    this.clock = clock;
  }

  List<Map<String, Object>> list(List<Said> said) {
    var conditions = new ArrayList<Map<String, Object>>();
    said.forEach(one -> conditions.add(condition(one)));
    return conditions;
  }

  private Map<String, Object> condition(Said said) {
    var status = said.isTrue() ? "True" : "False";
    var since =
        find(said.type())
            .filter(earlier -> earlier.text("status").orElse("").equals(status))
            .flatMap(earlier -> earlier.text("lastTransitionTime"))
            .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    var condition = new LinkedHashMap<String, Object>();
    condition.put("type", said.type());
    condition.put("status", status);
    condition.put("lastTransitionTime", since);
    if (!said.reason().isEmpty()) {
      condition.put("reason", said.reason());
      condition.put("message", said.message());
    }
    return condition;
  }

  private Optional<Fields> find(String type) {
    return before.stream()
        .filter(condition -> condition.text("type").orElse("").equals(type))
        .findFirst();
  }
}
