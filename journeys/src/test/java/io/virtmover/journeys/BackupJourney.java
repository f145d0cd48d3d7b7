// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.cluster.ControlClient.Content;
import io.virtmover.lab.junit.LabNamespace;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A VM that never stops writing is backed up by DataUploads, and comes back by DataDownloads in
 * another namespace as it was at its last backup; nothing else is left. With the laboratory's usual
 * KubeVirt {@link VeleroJourneyIT} and {@link OwnedRequestsIT} do it.
 */
@OnProduct
abstract class BackupJourney {
  @ParameterizedTest
  @CsvSource({"pull, OURS", "push, PEERS"})
  void aVmComesBackAsItWasAtItsLastBackup(
      String mode, Plugin plugin, LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.writing(lab, product);
    vm.backUp(
        vm.order("full").by(plugin).marked("virtmover.io/mode", mode),
        "Full backup (FirstBackup).");
    vm.backUp(vm.order("inc1").by(plugin).marked("virtmover.io/mode", mode), "Incremental backup.");
    var last =
        vm.backUp(
            vm.order("inc2").by(plugin).marked("virtmover.io/mode", mode), "Incremental backup.");
    var wanted = vm.witnessed();

    // then
    assertRestored(lab, product, plugin, last, vm.backup("inc2"), wanted);
  }

  /** Restores a backup beside its VM. */
  static void assertRestored(
      LabNamespace lab,
      InstalledProduct product,
      Plugin plugin,
      GenericKubernetesResource upload,
      String backup,
      Map<String, Content> wanted) {
    try (var copy = RestoredVm.of(lab, plugin)) {
      var requests = copy.orders(plugin, upload, backup).stream().map(product::place).toList();
      requests.forEach(PlacedRequest::awaitCompleted);
      lab.vms().awaitRunning(copy.namespace(), BackedUpVm.VM);

      assertThat(lab.control().contents(copy.namespace(), BackedUpVm.VM)).isEqualTo(wanted);
      for (var request : requests) {
        assertThat(Leftovers.of(lab, request.awaitReleased())).isEmpty();
      }
    }
  }
}
