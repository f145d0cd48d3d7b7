// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.virtmover.lab.kubevirt.golden.Entry.Told;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The events of a recording that do not depend on timing. A Warning {@code
 * VirtualMachineBackupFailed} counts only when the backup says the same in its conditions: the
 * others come from writes that were refused.
 */
final class RecordedEvents {
  private static final Set<String> KINDS =
      Set.of(
          "VirtualMachineBackup",
          "VirtualMachineBackupTracker",
          "VirtualMachineInstance",
          "VirtualMachineExport");

  private RecordedEvents() {}

  static Set<Told> reliable(RecordedScenario scenario, Normaliser names) {
    var told = new LinkedHashSet<Told>();
    for (var entry : scenario.entries()) {
      if (entry instanceof Told event
          && KINDS.contains(event.kind())
          && (!event.reason().equals("VirtualMachineBackupFailed")
              || isInConditions(scenario, event))) {
        told.add(
            new Told(
                event.kind(),
                event.name(),
                event.type(),
                event.reason(),
                names.text(event.message())));
      }
    }
    return told;
  }

  private static boolean isInConditions(RecordedScenario scenario, Told event) {
    return scenario.versions().stream()
        .filter(version -> version.key().equals("VMB " + event.name()))
        .map(version -> Projection.at(version.document(), "status", "conditions"))
        .anyMatch(
            conditions ->
                conditions instanceof List<?> list
                    && list.stream().anyMatch(item -> isVerdict(item, event.message())));
  }

  private static boolean isVerdict(Object condition, String message) {
    var type = Projection.at(condition, "type");
    var text =
        "Done".equals(type)
            ? Projection.at(condition, "reason")
            : Projection.at(condition, "message");
    return ("Failed".equals(type) || "Done".equals(type)) && String.valueOf(text).endsWith(message);
  }
}
