// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;
import java.util.Optional;

/** Whether labels match a selector, by Kubernetes' rules (LabelSelector, API reference). */
final class LabelSelectors {
  private LabelSelectors() {}

  /** No selector matches nothing, one without requirements everything. */
  static boolean matches(Optional<LabelSelector> selector, Map<String, String> labels) {
    return selector.isPresent() && matches(selector.get(), labels);
  }

  private static boolean matches(LabelSelector selector, Map<String, String> labels) {
    return selector.getMatchLabels().entrySet().stream()
            .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())))
        && selector.getMatchExpressions().stream().allMatch(wanted -> matches(wanted, labels));
  }

  /** An operator that nobody knows matches nothing. */
  private static boolean matches(LabelSelectorRequirement wanted, Map<String, String> labels) {
    var value = labels.get(wanted.getKey());
    return switch (wanted.getOperator()) {
      case "In" -> value != null && wanted.getValues().contains(value);
      case "NotIn" -> value == null || !wanted.getValues().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }
}
