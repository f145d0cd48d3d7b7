// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.admission;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.kubevirt.Gates;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.GoDuration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Why a new backup or tracker is refused. Pure. */
final class BackupRules {
  private static final String GATE = "IncrementalBackup feature gate not enabled";
  private static final Set<String> TERMINAL = Set.of("Complete", "Failed", "Done");

  private BackupRules() {}

  static Optional<String> tracker(Gates gates) {
    return gates.incrementalBackup() ? Optional.empty() : Optional.of(GATE);
  }

  /**
   * @param others the backups of the namespace
   */
  static Optional<String> backup(
      Gates gates, GenericKubernetesResource backup, List<GenericKubernetesResource> others) {
    if (!gates.incrementalBackup()) {
      return Optional.of(GATE);
    }
    var name = backup.getMetadata().getName();
    return duration(backup)
        .or(
            () ->
                others.stream()
                    .filter(other -> other.getMetadata().getName().equals(name))
                    .findFirst()
                    .map(_ -> "VirtualMachineBackup \"%s\" already exists".formatted(name)))
        .or(
            () ->
                others.stream()
                    .filter(other -> !isTerminal(other) && hasSameSource(other, backup))
                    .findFirst()
                    .map(
                        other ->
                            "VirtualMachineBackup \"%s\" in progress for source"
                                .formatted(other.getMetadata().getName())));
  }

  /** KubeVirt cannot even read an object with another duration than Go's. */
  private static Optional<String> duration(GenericKubernetesResource backup) {
    try {
      Fields.of(backup).text("spec", "ttlDuration").ifPresent(GoDuration::parse);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static boolean hasSameSource(
      GenericKubernetesResource one, GenericKubernetesResource other) {
    return Fields.of(one)
        .object("spec", "source")
        .equals(Fields.of(other).object("spec", "source"));
  }

  private static boolean isTerminal(GenericKubernetesResource backup) {
    return Fields.of(backup).list("status", "conditions").stream()
        .anyMatch(
            condition ->
                TERMINAL.contains(condition.text("type").orElse(""))
                    && condition.text("status").orElse("").equals("True"));
  }
}
