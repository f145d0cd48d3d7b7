// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Fields;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What goes wrong with the store in the middle of a backup: each ends as promised. */
@OnProduct
class StoreFaultsIT {
  /** The location that nobody else uses, and the server behind it. */
  private static final String LOCATION = "tls";

  private static final String SERVER = "s3-https";
  private static final String FIRST = "Full backup (FirstBackup).";

  @Test
  @ResourceLock(SERVER)
  void aStoreThatIsAwayForAWhileIsWaitedFor(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.withData(lab, product);
    var order = vm.order("away").to(LOCATION);
    var backup = BackupAtWork.stoppedAfter(BackedUpVm.DATA / 2, lab, product, order);

    // when
    lab.kill(SERVER);
    backup.goOn();
    lab.await(
        lab.client()
            .genericKubernetesResources(VeleroKinds.LOCATION)
            .inNamespace(InstalledProduct.NAMESPACE)
            .withName(LOCATION),
        "Velero has seen that the store is away",
        location -> phase(location).equals("Unavailable"));
    lab.heal();

    // then
    assertThat(PlacedRequest.message(backup.request().awaitCompleted())).isEqualTo(FIRST);
    assertThat(Leftovers.of(lab, backup.request().awaitReleased())).isEmpty();
    vm.backUp(vm.order("next").to(LOCATION), "Incremental backup.");
  }

  @Test
  @ResourceLock(SERVER)
  void anUploadThatNobodyHeardOfIsEnded(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.withData(lab, product);
    var order = vm.order("unheard").to(LOCATION);
    var backup = BackupAtWork.stoppedAfter(BackedUpVm.DATA / 2, lab, product, order);
    var name = backup.virtualMachineBackup().getMetadata().getName();
    OpenUploads.open(lab, LOCATION, "vm1/%s-checkpoint/%s-disk.qcow2".formatted(name, name));

    // when
    backup.goOn();

    // then
    assertThat(PlacedRequest.message(backup.request().awaitCompleted())).isEqualTo(FIRST);
    assertThat(Leftovers.of(lab, backup.request().awaitReleased())).isEmpty();
  }

  private static String phase(@Nullable GenericKubernetesResource location) {
    return location == null ? "" : Fields.of(location).text("status", "phase").orElse("");
  }

  @Test
  void aBucketThatIsFullIsWaitedForUntilSomebodyMakesRoom(
      LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.withData(lab, product);
    var name = lab.name();
    lab.smallBucket(name, "24m");
    try (var location = TestLocation.inBucket(lab, name)) {
      var backup =
          BackupAtWork.stoppedAfter(
              BackedUpVm.DATA / 4, lab, product, vm.order("full").to(location.name()));

      // when
      backup.goOn();
      backup.awaitMoverDeath();
      lab.resizeBucket(name, "256m");

      // then
      assertThat(PlacedRequest.message(backup.request().awaitCompleted())).isEqualTo(FIRST);
      assertThat(Leftovers.of(lab, backup.request().awaitReleased())).isEmpty();
    } finally {
      lab.removeBucket(name);
    }
  }

  @Test
  void credentialsThatAreWrongAreTold(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.quiet(lab, product);
    var secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(lab.name())
            .withNamespace(InstalledProduct.NAMESPACE)
            .endMetadata()
            .addToStringData(
                "cloud", "[default]\naws_access_key_id = lab\naws_secret_access_key = wrong\n")
            .build();
    lab.client().resource(secret).create();
    try (var location = TestLocation.withCredentials(lab, lab.name())) {
      // when
      var request = product.place(vm.order("denied").to(location.name()));

      // then
      assertThat(request.awaitFailed()).contains("SignatureDoesNotMatch", "Check the credentials");
      assertThat(request.awaitReleased().getMetadata().getFinalizers()).isEmpty();
      vm.backUp(vm.order("next"), FIRST);
    } finally {
      lab.client().resource(secret).delete();
    }
  }
}
