// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A VirtualMachine, as far as a backup of it needs it.
 *
 * @param tracking the state of changed block tracking; empty: never asked for
 * @param saysTracked whether its own object says that it is tracked; where it runs, what runs
 *     decides
 * @param annotations what its owner asks for
 * @param isRunning whether there is a VirtualMachineInstance of it
 */
public record VirtualMachine(
    VmRef ref,
    String uid,
    Optional<String> tracking,
    boolean saysTracked,
    List<Volume> volumes,
    Map<String, String> annotations,
    boolean isRunning) {
  /**
   * A volume that KubeVirt includes in backups.
   *
   * @param claim empty for a host disk, which has none
   * @param size bytes that the guest sees, where KubeVirt tells them; few releases do
   */
  public record Volume(VolumeName name, Optional<String> claim, OptionalLong size) {
    /** One whose size nobody tells. */
    public Volume(VolumeName name, Optional<String> claim) {
      this(name, claim, OptionalLong.empty());
    }
  }

  /** A disk has whole sectors; another number is not its size. */
  private static final int SECTOR = 512;

  public VirtualMachine {
    volumes = List.copyOf(volumes);
    annotations = Map.copyOf(annotations);
  }

  /**
   * Reads it. Its volumes are those that its guest has: what the VM says holds from its next start
   * on.
   *
   * @param instance the VirtualMachineInstance; empty for a VM that does not run
   */
  static VirtualMachine read(JsonNode object, Optional<JsonNode> instance) {
    var metadata = object.path("metadata");
    return new VirtualMachine(
        new VmRef(metadata.path("namespace").asText(), metadata.path("name").asText()),
        metadata.path("uid").asText(),
        state(instance.orElse(object)),
        isTracked(state(object).orElse("")),
        volumes(
            instance
                .map(running -> running.path("spec"))
                .orElseGet(() -> object.path("spec").path("template").path("spec"))
                .path("volumes"),
            sizes(instance)),
        annotations(metadata.path("annotations")),
        instance.isPresent());
  }

  private static Optional<String> state(JsonNode object) {
    return Optional.ofNullable(
        object.path("status").path("changedBlockTracking").path("state").textValue());
  }

  /** Whether its changed blocks are tracked, or were until it was stopped. */
  public boolean isTracked() {
    return isTracked(tracking.orElse(""));
  }

  /** Whether a state of changed block tracking says so, a VM's or an instance's. */
  static boolean isTracked(String state) {
    return switch (state) {
      case "Enabled", "Initializing" -> true;
      default -> false;
    };
  }

  /**
   * Checks that KubeVirt can back it up one day. Whether it runs is not asked: that is KubeVirt's
   * to say, which waits, or backs up a VM that is off.
   *
   * @throws VirtMoverException with what an administrator can do
   */
  public void checkTracked() {
    if (volumes.isEmpty()) {
      throw invalid("VM %s has no disk that KubeVirt backs up.".formatted(ref));
    }
    if (isTracked()) {
      return;
    }
    switch (tracking.orElse("")) {
      case "PendingRestart" ->
          throw invalid(
              "Changed block tracking of VM %s begins when it is restarted.".formatted(ref));
      case "IncrementalBackupFeatureGateDisabled" ->
          throw new VirtMoverException(
              FailureKind.UNSUPPORTED,
              "KubeVirt's feature gate IncrementalBackup is off, so it makes no backups.");
      default ->
          throw invalid(
              "Changed block tracking of VM %s is off; give it or its namespace the label that KubeVirt's changedBlockTrackingLabelSelectors select, and restart it."
                  .formatted(ref));
    }
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }

  private static Map<String, String> annotations(JsonNode all) {
    var annotations = new HashMap<String, String>();
    all.properties().forEach(entry -> annotations.put(entry.getKey(), entry.getValue().asText()));
    return annotations;
  }

  private static Map<String, Long> sizes(Optional<JsonNode> instance) {
    var sizes = new HashMap<String, Long>();
    instance
        .map(running -> running.path("status").path("volumeStatus"))
        .ifPresent(
            all ->
                all.forEach(
                    volume ->
                        sizes.put(volume.path("name").asText(), volume.path("size").asLong())));
    return sizes;
  }

  private static OptionalLong size(long told) {
    return told > 0 && told % SECTOR == 0 ? OptionalLong.of(told) : OptionalLong.empty();
  }

  private static List<Volume> volumes(JsonNode all, Map<String, Long> sizes) {
    var volumes = new ArrayList<Volume>();
    for (var volume : all) {
      var claim = volume.path("persistentVolumeClaim").path("claimName").asText("");
      var dataVolume = volume.path("dataVolume").path("name").asText("");
      var named = claim.isEmpty() ? dataVolume : claim;
      if (!named.isEmpty() || volume.has("hostDisk")) {
        var name = volume.path("name").asText();
        volumes.add(
            new Volume(
                new VolumeName(name),
                Optional.of(named).filter(text -> !text.isEmpty()),
                size(sizes.getOrDefault(name, 0L))));
      }
    }
    return volumes;
  }
}
