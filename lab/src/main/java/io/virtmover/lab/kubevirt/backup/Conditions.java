// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The list of conditions, in the order in which their types appeared first. {@code
 * lastTransitionTime} moves with the status in model B, and with the reason too in model A.
 */
record Conditions(List<Condition> items) {
  Conditions {
    items = List.copyOf(items);
  }

  Optional<Condition> find(String type) {
    return items.stream().filter(item -> item.type().equals(type)).findFirst();
  }

  boolean isTrue(String type) {
    return find(type).map(Condition::status).orElse(false);
  }

  /** Sets a condition of model B. */
  Conditions with(String type, boolean status, String reason, String message, String now) {
    var since = find(type).filter(old -> old.status() == status).map(Condition::since).orElse(now);
    return replace(new Condition(type, status, reason, Optional.of(message), since));
  }

  /** Sets a condition of model A. */
  Conditions with(String type, boolean status, String sentence, String now) {
    var since =
        find(type)
            .filter(old -> old.status() == status && old.reason().equals(sentence))
            .map(Condition::since)
            .orElse(now);
    return replace(new Condition(type, status, sentence, Optional.empty(), since));
  }

  Conditions without(String type) {
    return new Conditions(items.stream().filter(item -> !item.type().equals(type)).toList());
  }

  private Conditions replace(Condition condition) {
    var next = new ArrayList<>(items);
    for (var i = 0; i < next.size(); i++) {
      if (next.get(i).type().equals(condition.type())) {
        next.set(i, condition);
        return new Conditions(next);
      }
    }
    next.add(condition);
    return new Conditions(next);
  }
}
