// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.virtmover.lab.junit.LabNamespace;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What never comes is not waited for without an end, with deadlines that are short; and targets
 * that cannot take a disk.
 */
@OnProduct
class DeadlineFaultsIT {
  private static final String SELECTED = "virtmover.example/restore";

  @Test
  void whatNeverComesEndsARequestByItsDeadline(LabNamespace lab, InstalledProduct shared) {
    try (var hurried =
        InstalledProduct.alone(
            lab,
            "timeouts.prepare=15s",
            "timeouts.schedule=15s",
            // It serves block volumes only, so that a claim for a file system is never bound.
            "backup.storageClass=lab-block")) {
      // given
      var vm = BackedUpVm.withData(lab, shared);
      var done = vm.backUp(vm.order("good"), "Full backup (FirstBackup).");
      claim(lab, "unserved", "128Mi", "lab-block");
      claim(lab, "small", "64Mi", "lab-fs");
      claim(lab, "taken", "128Mi", "lab-fs");
      bind(lab, "taken");

      // when
      var backup = hurried.place(vm.order("never"));
      var missing = hurried.place(order(lab, vm, done, "missing"));
      var unserved = hurried.place(order(lab, vm, done, "unserved"));
      var small = hurried.place(order(lab, vm, done, "small"));
      var taken = hurried.place(order(lab, vm, done, "taken"));

      // then
      assertThat(backup.awaitFailed()).contains("could not be read after 15 s");
      assertThat(missing.awaitFailed()).contains("Waits for claim").contains("missing");
      assertThat(unserved.awaitFailed()).contains("did not run within 15s");
      assertThat(small.awaitFailed()).contains("small asks for 64Mi");
      assertThat(taken.awaitFailed()).contains("taken already has a volume");

      // when
      var _ = Quota.of(lab, hurried.namespace(), "persistentvolumeclaims", "0");
      claim(lab, "refused", "128Mi", "lab-fs");
      var refused = hurried.place(order(lab, vm, done, "refused"));

      // then
      assertThat(refused.awaitFailed()).contains("exceeded quota");
      for (var request : List.of(backup, missing, unserved, small, taken, refused)) {
        assertThat(Leftovers.of(lab, request.awaitReleased())).isEmpty();
      }
    }
  }

  @Test
  void aTargetThatSomebodyElseBindsInTheMiddleIsLeftAlone(LabNamespace lab) {
    try (var product = InstalledProduct.alone(lab)) {
      // given
      var vm = BackedUpVm.withData(lab, product);
      var done = vm.backUp(vm.order("good"), "Full backup (FirstBackup).");
      claim(lab, "contested", "128Mi", "lab-fs");
      var request = product.place(order(lab, vm, done, "contested"));
      var _ = request.awaitAtLeast("Prepared");
      product.stop();

      // when
      bind(lab, "contested");
      product.start();

      // then
      assertThat(request.awaitFailed()).contains("contested");
      assertThat(Leftovers.of(lab, request.awaitReleased())).isEmpty();
      assertThat(lab.claimAt("contested").require().getSpec().getVolumeName())
          .isEqualTo(volume(lab, "contested"));
    }
  }

  private static DownloadOrder order(
      LabNamespace lab, BackedUpVm vm, GenericKubernetesResource done, String claim) {
    return DownloadOrder.of(
        lab,
        lab.name(),
        vm.backup("good"),
        BackedUpVm.VM,
        claim,
        PlacedRequest.snapshotId(done) + "/rootdisk");
  }

  /** A target as Velero makes it: a selector keeps provisioners away. */
  private static void claim(LabNamespace lab, String name, String size, String storageClass) {
    var _ =
        lab.create(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(storageClass)
                .withVolumeMode("Filesystem")
                .withNewResources()
                .addToRequests("storage", new Quantity(size))
                .endResources()
                .withNewSelector()
                .addToMatchLabels(SELECTED, lab.name() + "." + name)
                .endSelector()
                .endSpec()
                .build());
  }

  /** Gives a claim a volume that somebody has made for it. */
  private static void bind(LabNamespace lab, String claim) {
    lab.client()
        .resource(
            new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(volume(lab, claim))
                .withLabels(Map.of(SELECTED, lab.name() + "." + claim))
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName("lab-fs")
                .withPersistentVolumeReclaimPolicy("Delete")
                .addToCapacity("storage", new Quantity("128Mi"))
                .withNewHostPath("/nowhere", "")
                .withNewClaimRef()
                .withNamespace(lab.name())
                .withName(claim)
                .endClaimRef()
                .endSpec()
                .build())
        .create();
    lab.await(
        lab.claimAt(claim),
        "the claim is bound",
        bound -> bound != null && "Bound".equals(bound.getStatus().getPhase()));
  }

  private static String volume(LabNamespace lab, String claim) {
    return lab.name() + "-" + claim;
  }
}
