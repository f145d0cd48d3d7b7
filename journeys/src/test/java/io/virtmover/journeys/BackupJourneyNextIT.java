// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.virtmover.lab.junit.KubeVirtRelease;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Release;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What KubeVirt is about to become: a backup's own addresses cannot be reached from inside, the VMI
 * tells how large disks are, types are per volume.
 */
@OnProduct
@KubeVirtRelease(Release.NEXT)
class BackupJourneyNextIT {
  @ParameterizedTest
  @CsvSource({"pull, OURS", "push, PEERS"})
  void aDiskThatLostItsBitmapIsBackedUpWholeBesideTheOther(
      String mode, Plugin plugin, LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.writing(lab, product);
    vm.backUp(
        vm.order("full").by(plugin).marked("virtmover.io/mode", mode),
        "Full backup (FirstBackup).");

    // when
    lab.control().dropCheckpoints(lab.name(), BackedUpVm.VM, "data");
    vm.backUp(
        vm.order("mixed").by(plugin).marked("virtmover.io/mode", mode),
        "Incremental backup (all of data).");
    var last =
        vm.backUp(
            vm.order("inc").by(plugin).marked("virtmover.io/mode", mode), "Incremental backup.");

    // then
    BackupJourney.assertRestored(lab, product, plugin, last, vm.backup("inc"), vm.witnessed());
  }

  @Test
  void whetherAVmThatIsOffCanBeBackedUpIsKubeVirtsToSay(
      LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.quiet(lab, product);
    lab.vms().stop(lab.name(), BackedUpVm.VM);

    // when
    var request = product.place(vm.order("full"));

    // then
    request.awaitMessage("vm vm1 is not running, cannot do backup");
    lab.vms().start(lab.name(), BackedUpVm.VM);
    request.awaitCompleted();
  }
}
