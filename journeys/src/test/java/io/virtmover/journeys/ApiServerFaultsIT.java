// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.junit.LabNamespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The API server goes away: every test would notice, so that nothing else runs beside. */
@OnProduct
@Isolated("takes the API server away")
class ApiServerFaultsIT {
  private static final String SERVER = "kube-apiserver";

  @Test
  void anApiServerThatIsRestartedInTheMiddleCostsNothing(
      LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.withData(lab, product);
    var backup =
        BackupAtWork.stoppedAfter(BackedUpVm.DATA / 2, lab, product, vm.order("restarted"));

    // when
    lab.kill(SERVER);
    backup.goOn();
    lab.heal();

    // then
    assertThat(PlacedRequest.message(backup.request().awaitCompleted()))
        .isEqualTo("Full backup (FirstBackup).");
    assertThat(Leftovers.of(lab, backup.request().awaitReleased())).isEmpty();
    assertThat(product.restarts()).as(product.log()).isZero();
    vm.backUp(vm.order("next"), "Incremental backup.");
  }
}
