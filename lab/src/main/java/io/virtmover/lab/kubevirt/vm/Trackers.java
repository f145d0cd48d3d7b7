// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.ObjectKey;

/**
 * What virt-handler does to the trackers of a VM that has started (kubevirt-backup-api.md §3.3).
 */
final class Trackers {
  private final VmObjects objects;

  Trackers(VmObjects objects) {
    this.objects = objects;
  }

  /** The checkpoints of a VM have to be made known to its launcher again. */
  void requireRedefinition(ObjectKey vm) {
    for (var tracker : objects.list(Kinds.TRACKER, vm.namespace())) {
      if (isOf(tracker, vm.name()) && hasCheckpoint(tracker)) {
        objects.mergeStatus(
            Kinds.TRACKER,
            ObjectKey.of(tracker),
            new StatusPatch(tracker).set("checkpointRedefinitionRequired", true));
      }
    }
  }

  private static boolean isOf(GenericKubernetesResource tracker, String vm) {
    var fields = Fields.of(tracker);
    return fields.text("spec", "source", "kind").orElse("").equals("VirtualMachine")
        && fields.text("spec", "source", "name").orElse("").equals(vm);
  }

  private static boolean hasCheckpoint(GenericKubernetesResource tracker) {
    return Fields.of(tracker)
        .text("status", "latestCheckpoint", "name")
        .filter(name -> !name.isEmpty())
        .isPresent();
  }
}
