// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.controller.Keys;
import io.virtmover.controller.Naming;
import io.virtmover.domain.VmRef;

/** A VirtualMachineBackupTracker to be made. */
record NewTracker(VmRef vm, String name) {
  /** A VM's first. */
  static NewTracker of(VmRef vm) {
    return new NewTracker(vm, Naming.object("vmbt-" + vm.name(), vm.toString(), 0));
  }

  JsonNode object(ObjectMapper json) {
    var hash = Naming.vmHash(vm.name());
    var tracker = json.createObjectNode().put("kind", "VirtualMachineBackupTracker");
    var metadata = tracker.putObject("metadata").put("name", name);
    metadata
        .putObject("labels")
        .put("app.kubernetes.io/managed-by", "virtmover-controller")
        .put(Keys.VM_HASH, hash)
        .put(Keys.peers(Keys.VM_HASH), hash);
    metadata
        .putObject("annotations")
        .put(Keys.VM_NAME, vm.name())
        .put(Keys.peers(Keys.VM_NAME), vm.name());
    tracker
        .putObject("spec")
        .putObject("source")
        .put("apiGroup", KubeVirtKinds.VM_GROUP)
        .put("kind", "VirtualMachine")
        .put("name", vm.name());
    return tracker;
  }
}
