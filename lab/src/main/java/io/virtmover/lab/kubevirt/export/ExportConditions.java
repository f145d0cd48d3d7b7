// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The conditions of an export. For a backup the time of {@code Ready} is that of the last look,
 * whether or not anything changed; for a PVC it moves with the reason.
 */
final class ExportConditions {
  private ExportConditions() {}

  static List<Map<String, Object>> of(
      ExportSource source, Optional<Pod> pod, List<Map<String, Object>> old, String now) {
    return switch (source) {
      case ExportSource.Backup backup -> List.of(backup(backup, now));
      case ExportSource.Claim claim ->
          List.of(
              kept(
                  old, "Ready", pod.filter(ExporterPods::isReady).isPresent(), podReason(pod), now),
              kept(old, "PVCReady", claim.bound(), claim.bound() ? "PVCBound" : "Pending", now));
      case ExportSource.Unknown() -> List.of(kept(old, "Ready", false, "Unknown", now));
    };
  }

  private static Map<String, Object> backup(ExportSource.Backup backup, String now) {
    var message =
        backup.isReady() ? backup.message() : Optional.of("VMBackup has no included volumes");
    return condition("Ready", backup.isReady(), "VirtualMachineBackupReady", message, now);
  }

  private static String podReason(Optional<Pod> pod) {
    return switch (pod.map(ExporterPods::phase).orElse("Pending")) {
      case "Pending" -> "PodPending";
      case "Running" -> pod.filter(ExporterPods::isReady).isPresent() ? "PodReady" : "Unknown";
      case "Succeeded" -> "PodCompleted";
      default -> "Unknown";
    };
  }

  private static Map<String, Object> kept(
      List<Map<String, Object>> old, String type, boolean status, String reason, String now) {
    var next = condition(type, status, reason, Optional.empty(), now);
    return old.stream()
        .filter(
            before ->
                type.equals(before.get("type"))
                    && reason.equals(before.get("reason"))
                    && next.get("status") != null
                    && next.get("status").equals(before.get("status")))
        .findFirst()
        .orElse(next);
  }

  @SuppressWarnings("NullAway") // KubeVirt writes the probe time as null
  private static Map<String, Object> condition(
      String type, boolean status, String reason, Optional<String> message, String now) {
    var condition = new LinkedHashMap<String, Object>();
    condition.put("lastProbeTime", null);
    condition.put("type", type);
    condition.put("status", status ? "True" : "False");
    condition.put("reason", reason);
    message.ifPresent(text -> condition.put("message", text));
    condition.put("lastTransitionTime", now);
    return condition;
  }
}
