// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.api.Fields;

/** What a backup is made of: a VM, directly or through a tracker. */
sealed interface SourceRef {
  /** The name of the VM or of the tracker. */
  String name();

  record Vm(String name) implements SourceRef {}

  record Tracker(String name) implements SourceRef {}

  static SourceRef of(Fields backup) {
    var name = backup.text("spec", "source", "name").orElse("");
    return backup.text("spec", "source", "kind").orElse("").equals("VirtualMachineBackupTracker")
        ? new Tracker(name)
        : new Vm(name);
  }
}
