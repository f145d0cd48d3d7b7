// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.vm.VmConditions.Said;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and writes the status of a VMI; each write changes only what is different. */
final class VmiStatus {
  private final VmObjects objects;
  private final Clock clock = Clock.systemUTC();

  VmiStatus(VmObjects objects) {
    this.objects = objects;
  }

  static VmiPhase phase(GenericKubernetesResource vmi) {
    return VmiPhase.of(Fields.of(vmi).text("status", "phase").orElse(""));
  }

  private static String tracking(GenericKubernetesResource vmi) {
    return Fields.of(vmi).text("status", "changedBlockTracking", "state").orElse("");
  }

  static boolean isTracked(GenericKubernetesResource vmi) {
    return Tracking.isOn(tracking(vmi));
  }

  static boolean isInitializing(GenericKubernetesResource vmi) {
    return tracking(vmi).equals(Tracking.INITIALIZING);
  }

  static Said claimNotFound(VmVolume disk) {
    return Said.no(
        "Synchronized",
        "FailedPvcNotFound",
        "PVC %s does not exist, waiting for it to appear".formatted(disk.claim()));
  }

  /** Why the scheduler has no place for a pod. */
  static Optional<Said> unschedulable(Pod pod) {
    if (pod.getStatus() == null || pod.getStatus().getConditions() == null) {
      return Optional.empty();
    }
    return pod.getStatus().getConditions().stream()
        .filter(c -> c.getType().equals("PodScheduled") && c.getStatus().equals("False"))
        .findFirst()
        .map(c -> Said.no("PodScheduled", c.getReason(), c.getMessage()));
  }

  void waiting(GenericKubernetesResource vmi, VmiPhase phase, Optional<Said> because) {
    var said = new ArrayList<Said>();
    said.add(Said.no("Ready", "PodNotExists", "virt-launcher pod has not yet been scheduled"));
    because.ifPresent(said::add);
    write(vmi, patch(vmi, phase, said));
  }

  void scheduled(GenericKubernetesResource vmi, Pod launcher) {
    var node = launcher.getSpec().getNodeName();
    write(
        vmi,
        patch(vmi, VmiPhase.SCHEDULED, List.of(notRunning()))
            .set("nodeName", node)
            .set("activePods", Map.of(launcher.getMetadata().getUid(), node)));
  }

  private static Said notRunning() {
    return Said.no("Ready", "GuestNotRunning", "Guest VM is not reported as running");
  }

  void running(GenericKubernetesResource vmi, List<Map<String, Object>> volumes) {
    var said = new ArrayList<Said>();
    said.add(Said.yes("Ready"));
    said.add(Said.yes("AgentConnected"));
    said.add(migratable(vmi));
    write(vmi, patch(vmi, VmiPhase.RUNNING, said).set("volumeStatus", volumes));
  }

  private static Said migratable(GenericKubernetesResource vmi) {
    return VmVolume.disksOf(vmi).stream()
        .findFirst()
        .map(
            disk ->
                Said.no(
                    "LiveMigratable",
                    "DisksNotLiveMigratable",
                    ("cannot migrate VMI: PVC %s is not shared, live migration requires that all"
                            + " PVCs must be shared (using ReadWriteMany access mode)")
                        .formatted(disk.claim())))
        .orElse(Said.yes("LiveMigratable"));
  }

  void volumes(GenericKubernetesResource vmi, List<Map<String, Object>> volumes) {
    write(vmi, new StatusPatch(vmi).set("volumeStatus", volumes));
  }

  void trackingEnabled(GenericKubernetesResource vmi) {
    write(vmi, new StatusPatch(vmi).setNested("changedBlockTracking", "state", Tracking.ENABLED));
  }

  void ended(GenericKubernetesResource vmi, VmiPhase phase) {
    write(vmi, patch(vmi, phase, List.of(notRunning())));
  }

  private StatusPatch patch(GenericKubernetesResource vmi, VmiPhase phase, List<Said> said) {
    return new StatusPatch(vmi)
        .set("phase", phase.text())
        .set("conditions", new VmConditions(vmi, clock).list(said));
  }

  private void write(GenericKubernetesResource vmi, StatusPatch patch) {
    objects.merge(Kinds.VMI, ObjectKey.of(vmi), patch);
  }
}
