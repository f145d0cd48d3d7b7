// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Fields;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What goes wrong with the store in the middle of a backup or restore: each ends as promised. */
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

  /** No mover gets a place before the store is away: none could be done by then. */
  @Test
  @ResourceLock(SERVER)
  void aRestoreWhoseStoreIsAwayOutlivesItsMoverAndCanBeCanceled(LabNamespace lab) {
    // Movers end after a while without their store: there are as many as it takes.
    try (var product = InstalledProduct.alone(lab, "mover.retries=20")) {
      // given
      var vm = BackedUpVm.withData(lab, product);
      var done = vm.backUp(vm.order("good").to(LOCATION), FIRST);
      var contents = lab.control().contents(lab.name(), BackedUpVm.VM);
      try (var copy = RestoredVm.of(lab, Plugin.OURS)) {
        var orders =
            copy.orders(Plugin.OURS, done, vm.backup("good")).stream()
                .map(order -> order.from(LOCATION))
                .toList();
        var quota = Quota.of(lab, product.namespace(), "pods", "1");
        var surviving = product.place(orders.getFirst());
        var canceled = product.place(orders.getLast());
        var _ = surviving.awaitPhase("Prepared");
        var _ = canceled.awaitPhase("Prepared");

        // when
        lab.kill(SERVER);
        quota.lift();
        RunningMover.of(lab, product.namespace(), surviving).kill();
        var _ = RunningMover.of(lab, product.namespace(), surviving);
        var _ = RunningMover.of(lab, product.namespace(), canceled);
        var asked = canceled.cancel();

        // then
        assertThat(asked).isLessThan(PlacedRequest.CANCEL_IS_HONOURED);
        assertThat(canceled.awaitCanceled()).isEqualTo("Canceled on request.");
        assertThat(Leftovers.inCluster(lab, canceled.awaitReleased())).isEmpty();

        // when
        lab.heal();
        var again = product.place(orders.getLast());

        // then
        for (var disk : List.of(surviving, again)) {
          var _ = disk.awaitCompleted();
          assertThat(Leftovers.of(lab, disk.awaitReleased())).isEmpty();
        }
        lab.vms().start(copy.namespace(), BackedUpVm.VM);
        lab.vms().awaitRunning(copy.namespace(), BackedUpVm.VM);
        assertThat(lab.control().contents(copy.namespace(), BackedUpVm.VM)).isEqualTo(contents);
      } finally {
        // Should it have failed before: the others need their store.
        lab.heal();
      }
    }
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
      var _ = backup.mover().awaitDeath();
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
