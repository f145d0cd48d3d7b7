// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.kubevirt.api.Fields;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A VirtualMachineInstance as the backup controller reads it.
 *
 * @param utilityVolumes names of the utility volumes in the spec
 * @param volumePhases phases of the volumes in the status, by name
 */
record VmiView(
    String phase,
    boolean deleting,
    String trackingState,
    boolean hasEligibleVolumes,
    boolean migrating,
    Set<String> utilityVolumes,
    Map<String, String> volumePhases,
    Optional<JobView> job) {
  private static final Set<String> MOUNTED = Set.of("MountedToPod", "Ready");
  private static final Set<String> FINAL = Set.of("Succeeded", "Failed");

  static VmiView of(GenericKubernetesResource object) {
    var fields = Fields.of(object);
    return new VmiView(
        fields.text("status", "phase").orElse(""),
        object.getMetadata().getDeletionTimestamp() != null,
        fields.text("status", "changedBlockTracking", "state").orElse(""),
        fields.list("spec", "volumes").stream().anyMatch(VmiView::isEligible),
        fields.has("status", "migrationState", "startTimestamp")
            && !fields.has("status", "migrationState", "endTimestamp"),
        fields.list("spec", "utilityVolumes").stream()
            .flatMap(volume -> volume.text("name").stream())
            .collect(Collectors.toUnmodifiableSet()),
        fields.list("status", "volumeStatus").stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    volume -> volume.text("name").orElse(""),
                    volume -> volume.text("phase").orElse(""),
                    (first, _) -> first)),
        fields.object("status", "changedBlockTracking", "backupStatus").map(JobView::of));
  }

  /** Source: kubevirt-backup-api.md §1.3. */
  private static boolean isEligible(Fields volume) {
    return volume.has("persistentVolumeClaim")
        || volume.has("dataVolume")
        || volume.has("hostDisk");
  }

  boolean isHealthy() {
    return phase.equals("Running") && !deleting;
  }

  boolean isOver() {
    return deleting || FINAL.contains(phase);
  }

  boolean isMounted(String volume) {
    return MOUNTED.contains(volumePhases.getOrDefault(volume, ""));
  }

  VolumeState volume(String name) {
    if (utilityVolumes.contains(name)) {
      return VolumeState.ATTACHED;
    }
    return volumePhases.containsKey(name) ? VolumeState.LEAVING : VolumeState.GONE;
  }

  /** Where a volume is on its way out of the VMI. */
  enum VolumeState {
    /** In the spec. */
    ATTACHED,
    /** Out of the spec, still in the status. */
    LEAVING,
    /** Nowhere. */
    GONE
  }

  VmiView withJob(Optional<JobView> other) {
    return new VmiView(
        phase,
        deleting,
        trackingState,
        hasEligibleVolumes,
        migrating,
        utilityVolumes,
        volumePhases,
        other);
  }

  VmiView withPhase(String other) {
    return new VmiView(
        other,
        deleting,
        trackingState,
        hasEligibleVolumes,
        migrating,
        utilityVolumes,
        volumePhases,
        job);
  }

  VmiView withoutVolumePhases() {
    return new VmiView(
        phase,
        deleting,
        trackingState,
        hasEligibleVolumes,
        migrating,
        utilityVolumes,
        Map.of(),
        job);
  }
}
