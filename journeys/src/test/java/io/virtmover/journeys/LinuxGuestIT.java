// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.junit.LabNamespace;
import org.junit.jupiter.api.Test;

/** A real guest: its files are there after a restore by requests, those of the last backup. */
@OnProduct
class LinuxGuestIT {
  private static final long SEED = 20_261_128;

  @Test
  void aLinuxGuestShowsItsFilesAgain(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.linux(lab, product);
    lab.control().work(lab.name(), BackedUpVm.VM, SEED, 4);
    vm.backUp(vm.order("full"), "Full backup (FirstBackup).");
    lab.control().work(lab.name(), BackedUpVm.VM, SEED + 1, 4);
    var files = lab.control().files(lab.name(), BackedUpVm.VM);
    var last = vm.backUp(vm.order("inc"), "Incremental backup.");
    lab.control().work(lab.name(), BackedUpVm.VM, SEED + 2, 4);

    // when
    try (var copy = RestoredVm.of(lab, Plugin.OURS)) {
      copy.orders(Plugin.OURS, last, vm.backup("inc")).stream()
          .map(product::place)
          .toList()
          .forEach(PlacedRequest::awaitCompleted);
      lab.vms().awaitRunning(copy.namespace(), BackedUpVm.VM);

      // then
      assertThat(files).hasSize(2 * 2 * 4);
      assertThat(lab.control().files(copy.namespace(), BackedUpVm.VM)).isEqualTo(files);
    }
  }
}
