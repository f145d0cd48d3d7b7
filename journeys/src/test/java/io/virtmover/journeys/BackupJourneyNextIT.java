// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.virtmover.lab.junit.KubeVirtRelease;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Release;
import org.junit.jupiter.api.Test;

/**
 * What KubeVirt is about to become: a backup's own addresses cannot be reached from inside, the VMI
 * tells how large disks are, types are per volume.
 */
@OnProduct
@KubeVirtRelease(Release.NEXT)
class BackupJourneyNextIT {
  /** Pulled; the mover's {@code MixedTypesTest} has what KubeVirt pushes. */
  @Test
  void aDiskThatLostItsBitmapIsBackedUpWholeBesideTheOther(
      LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.writing(lab, product);
    vm.backUp(vm.order("full"), "Full backup (FirstBackup).");

    // when
    lab.control().dropCheckpoints(lab.name(), BackedUpVm.VM, "data");
    vm.backUp(vm.order("mixed"), "Incremental backup (all of data).");
    var last = vm.backUp(vm.order("inc"), "Incremental backup.");

    // then
    BackupJourney.assertRestored(lab, product, Plugin.OURS, last, vm.backup("inc"), vm.witnessed());
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
