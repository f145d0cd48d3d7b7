// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import java.util.Optional;

/**
 * States of changed block tracking and how they follow each other (kubevirt-backup-api.md §1.4).
 */
final class Tracking {
  static final String INITIALIZING = "Initializing";
  static final String ENABLED = "Enabled";
  static final String DISABLED = "Disabled";
  static final String PENDING_RESTART = "PendingRestart";

  static final String GATE_SHUT = "IncrementalBackupFeatureGateDisabled";

  /** Whether somebody wants a VM's blocks tracked. */
  enum Wish {
    NO,
    YES,
    /** The selectors want it, the feature gate does not allow it. */
    GATE_IS_SHUT
  }

  private Tracking() {}

  /**
   * The VM's next state.
   *
   * @param vm its state now
   * @param instance the state of its VMI; an empty text in a VMI that was started without tracking
   */
  static Optional<String> ofVm(Wish wish, Optional<String> vm, Optional<String> instance) {
    if (wish == Wish.GATE_IS_SHUT) {
      return Optional.of(GATE_SHUT);
    }
    var isSelected = wish == Wish.YES;
    if (instance.isEmpty()) {
      if (isSelected) {
        return Optional.of(vm.filter(ENABLED::equals).orElse(INITIALIZING));
      }
      return vm.map(_ -> DISABLED);
    }
    if (instance.get().equals(PENDING_RESTART)) {
      return instance;
    }
    var isTracked = isOn(instance.get());
    if (isSelected) {
      return isTracked ? instance : Optional.of(PENDING_RESTART);
    }
    return isTracked ? Optional.of(PENDING_RESTART) : vm.map(_ -> DISABLED);
  }

  /** Whether disks of a VMI in this state have overlays. */
  static boolean isOn(String instance) {
    return instance.equals(INITIALIZING) || instance.equals(ENABLED);
  }
}
