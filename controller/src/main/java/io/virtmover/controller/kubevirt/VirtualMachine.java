// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A VirtualMachine, as far as a backup of it needs it.
 *
 * @param tracking the state of changed block tracking; empty: never asked for
 * @param annotations what its owner asks for
 */
public record VirtualMachine(
    VmRef ref,
    String uid,
    Optional<String> tracking,
    List<Volume> volumes,
    Map<String, String> annotations) {
  /**
   * A volume that KubeVirt includes in backups.
   *
   * @param claim empty for a host disk, which has none
   */
  public record Volume(VolumeName name, Optional<String> claim) {}

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
        Optional.ofNullable(
            instance
                .orElse(object)
                .path("status")
                .path("changedBlockTracking")
                .path("state")
                .textValue()),
        volumes(
            instance
                .map(running -> running.path("spec"))
                .orElseGet(() -> object.path("spec").path("template").path("spec"))
                .path("volumes")),
        annotations(metadata.path("annotations")));
  }

  private static Map<String, String> annotations(JsonNode all) {
    var annotations = new HashMap<String, String>();
    all.properties().forEach(entry -> annotations.put(entry.getKey(), entry.getValue().asText()));
    return annotations;
  }

  private static List<Volume> volumes(JsonNode all) {
    var volumes = new ArrayList<Volume>();
    for (var volume : all) {
      var claim = volume.path("persistentVolumeClaim").path("claimName").asText("");
      var dataVolume = volume.path("dataVolume").path("name").asText("");
      var named = claim.isEmpty() ? dataVolume : claim;
      if (!named.isEmpty() || volume.has("hostDisk")) {
        volumes.add(
            new Volume(
                new VolumeName(volume.path("name").asText()),
                Optional.of(named).filter(text -> !text.isEmpty())));
      }
    }
    return volumes;
  }
}
