// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.kubevirt.api.Fields;
import java.util.Optional;

/** {@code status.printableStatus} of a VM. */
enum PrintableStatus {
  TERMINATING("Terminating"),
  STOPPED("Stopped"),
  STARTING("Starting"),
  RUNNING("Running"),
  STOPPING("Stopping"),
  ERROR_PVC_NOT_FOUND("ErrorPvcNotFound"),
  ERROR_UNSCHEDULABLE("ErrorUnschedulable");

  private final String text;

  PrintableStatus(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  static PrintableStatus of(GenericKubernetesResource vm, Optional<GenericKubernetesResource> vmi) {
    if (vm.getMetadata().getDeletionTimestamp() != null) {
      return TERMINATING;
    }
    if (vmi.isEmpty()) {
      return switch (RunStrategy.of(Fields.of(vm))) {
        case ALWAYS, RERUN_ON_FAILURE, ONCE -> STARTING;
        case HALTED, MANUAL -> STOPPED;
      };
    }
    if (vmi.get().getMetadata().getDeletionTimestamp() != null) {
      return STOPPING;
    }
    var fields = Fields.of(vmi.get());
    return switch (VmiPhase.of(fields.text("status", "phase").orElse(""))) {
      case RUNNING -> RUNNING;
      case SUCCEEDED, FAILED -> STOPPED;
      case UNSET, PENDING, SCHEDULING, SCHEDULED -> {
        if (hasReason(fields, "FailedPvcNotFound")) {
          yield ERROR_PVC_NOT_FOUND;
        }
        yield hasReason(fields, "Unschedulable") ? ERROR_UNSCHEDULABLE : STARTING;
      }
    };
  }

  private static boolean hasReason(Fields vmi, String reason) {
    return vmi.list("status", "conditions").stream()
        .anyMatch(condition -> condition.text("reason").orElse("").equals(reason));
  }
}
