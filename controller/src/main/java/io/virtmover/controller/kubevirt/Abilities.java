// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What this cluster's KubeVirt can do, as its KubeVirt object says.
 *
 * @param canExport whether backups can be pulled
 */
public record Abilities(boolean canExport) {
  private static final int FIRST_WITH_EXPORT_ALWAYS_ON = 9;

  /**
   * Reads the KubeVirt object.
   *
   * @param object empty where it may not be read: then what is missing shows in what KubeVirt says
   * @param isExportServed whether the API server knows exports
   * @throws VirtMoverException {@code UNSUPPORTED} when backups are not switched on
   */
  static Abilities of(Optional<JsonNode> object, boolean isExportServed) {
    if (object.isEmpty()) {
      return new Abilities(isExportServed);
    }
    var gates = gates(object.get());
    for (var gate : Set.of("IncrementalBackup", "UtilityVolumes")) {
      if (!gates.contains(gate)) {
        throw new VirtMoverException(
            FailureKind.UNSUPPORTED,
            "KubeVirt's feature gate %s is off, so it makes no backups; an administrator adds it to spec.configuration.developerConfiguration.featureGates of the KubeVirt object."
                .formatted(gate));
      }
    }
    return new Abilities(
        isExportServed && (gates.contains("VMExport") || isAlwaysOn(object.get())));
  }

  private static Set<String> gates(JsonNode object) {
    var gates = new HashSet<String>();
    object
        .path("spec")
        .path("configuration")
        .path("developerConfiguration")
        .path("featureGates")
        .forEach(gate -> gates.add(gate.asText()));
    return gates;
  }

  private static boolean isAlwaysOn(JsonNode object) {
    var version = object.path("status").path("observedKubeVirtVersion").asText("");
    var parts = version.replaceFirst("^v", "").split("[.\\-+]", -1);
    try {
      return parts.length > 1
          && (Integer.parseInt(parts[0]) > 1
              || Integer.parseInt(parts[1]) >= FIRST_WITH_EXPORT_ALWAYS_ON);
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
