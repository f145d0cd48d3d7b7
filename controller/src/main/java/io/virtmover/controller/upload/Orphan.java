// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.controller.Keys;
import io.virtmover.controller.Naming;
import io.virtmover.controller.kubevirt.VmInstance;
import io.virtmover.domain.VmRef;
import java.util.Optional;

/**
 * A VirtualMachineBackup whose tracker is gone: its source does not lead to its VM any more, and
 * KubeVirt does not go on with it until the tracker is there again.
 */
final class Orphan {
  private Orphan() {}

  /** Whether it is of this VM: ours say so, and of others' the VM does while it has their job. */
  static boolean isOf(JsonNode backup, VmRef vm, Optional<VmInstance> instance) {
    var metadata = backup.path("metadata");
    var label = metadata.path("labels").path(Keys.VM_NAME).asText();
    return label.equals(Naming.label(vm.name()))
        || instance
            .filter(
                running ->
                    running.isBusyWith(
                        metadata.path("name").asText(),
                        backup.path("spec").path("pvcName").asText()))
            .isPresent();
  }
}
