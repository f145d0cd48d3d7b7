// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.OnLab;
import org.junit.jupiter.api.Test;

/** What the cluster does not let the product do: it is told, and gone round or waited for. */
@OnLab
class RefusalFaultsIT {
  private static final String FIRST = "Full backup (FirstBackup).";
  private static final String INCREMENT = "Incremental backup.";

  @Test
  void aMoverThatCannotReportOrIsNotLetInEndsWellAllTheSame(LabNamespace lab) {
    try (var product =
        InstalledProduct.alone(
            lab, "settings.virtmover\\.callback\\.address=https://nobody.velero.svc:8443")) {
      // given
      var vm = BackedUpVm.withData(lab, product);

      // when / then
      var unheard = vm.backUp(vm.order("unheard"), FIRST);
      assertThat(PlacedRequest.snapshotId(unheard)).isNotEmpty();

      // when
      var quota = Quota.of(lab, product.namespace(), "pods", "1");
      var refused = product.place(vm.order("refused"));
      refused.awaitMessage("exceeded quota");
      var limit = put(lab, product, limit("32Mi"));
      quota.lift();
      refused.awaitMessage("maximum memory usage");
      lab.client().resource(limit).delete();

      // then
      assertThat(PlacedRequest.message(refused.awaitCompleted())).isEqualTo(INCREMENT);
      assertThat(Leftovers.of(lab, refused.awaitReleased())).isEmpty();
    }
  }

  @Test
  void aClaimThatIsTooSmallIsMadeOnceMoreLarger(LabNamespace lab) {
    try (var product = InstalledProduct.alone(lab, "backup.leastClaim=1Mi", "backup.mode=push")) {
      // given
      var vm = BackedUpVm.withData(lab, product);
      vm.backUp(vm.order("full"), FIRST);
      vm.write(BackedUpVm.DATA / 4, 1);
      vm.backUp(vm.order("small"), INCREMENT);
      vm.write(BackedUpVm.DATA, 2);

      // when
      var request = product.place(vm.order("large"));
      request.awaitMessage("Begins anew");

      // then
      assertThat(PlacedRequest.message(request.awaitCompleted())).isEqualTo(INCREMENT);
      assertThat(Leftovers.of(lab, request.awaitReleased())).isEmpty();
      vm.backUp(vm.order("next"), INCREMENT);
    }
  }

  private static <T extends HasMetadata> T put(
      LabNamespace lab, InstalledProduct product, T object) {
    return lab.client().resource(object).inNamespace(product.namespace()).create();
  }

  private static HasMetadata limit(String memory) {
    return new LimitRangeBuilder()
        .withNewMetadata()
        .withName("limit")
        .endMetadata()
        .withNewSpec()
        .addNewLimit()
        .withType("Container")
        .addToMax("memory", new Quantity(memory))
        .endLimit()
        .endSpec()
        .build();
  }
}
