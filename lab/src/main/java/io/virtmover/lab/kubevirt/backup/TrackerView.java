// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.kubevirt.Fault;
import io.virtmover.lab.kubevirt.api.Fields;
import java.util.List;
import java.util.Optional;

/** A VirtualMachineBackupTracker. Source: kubevirt-backup-api.md §3.1. */
record TrackerView(
    String name,
    String vm,
    Optional<LatestCheckpoint> latest,
    boolean redefinitionRequired,
    Optional<Fault> fault) {
  /** The base of the next incremental backup. */
  record LatestCheckpoint(String name, String creationTime, List<IncludedVolume> volumes) {}

  static TrackerView of(GenericKubernetesResource object) {
    var fields = Fields.of(object);
    return new TrackerView(
        object.getMetadata().getName(),
        fields.text("spec", "source", "name").orElse(""),
        fields
            .object("status", "latestCheckpoint")
            .map(
                checkpoint ->
                    new LatestCheckpoint(
                        checkpoint.text("name").orElse(""),
                        checkpoint.text("creationTime").orElse(""),
                        IncludedVolume.of(checkpoint.list("volumes")))),
        fields.isTrue("status", "checkpointRedefinitionRequired"),
        Fault.of(object));
  }

  boolean isWaitingForRedefinition() {
    return redefinitionRequired
        || fault.filter(here -> here == Fault.REDEFINITION_WAIT).isPresent();
  }

  /** What an incremental backup would tell the changes since. */
  Optional<String> base() {
    return latest.map(LatestCheckpoint::name).filter(name -> !name.isEmpty());
  }
}
