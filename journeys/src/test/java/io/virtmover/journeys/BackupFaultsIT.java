// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.virtmover.lab.cluster.DiskRequest;
import io.virtmover.lab.junit.HandBackup;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What goes wrong around a DataUpload: each ends as promised, leaves nothing, and the next backup
 * works.
 */
@OnProduct
class BackupFaultsIT {
  private static final String FIRST = "Full backup (FirstBackup).";
  private static final String INCREMENT = "Incremental backup.";

  @Test
  void twoRequestsForOneVmAreServedOneAfterTheOther(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.quiet(lab, product);

    // when
    var one = product.place(vm.order("one"));
    var other = product.place(vm.order("two").marked("virtmover.io/mode", "push"));

    // then
    var messages =
        List.of(
            PlacedRequest.message(one.awaitCompleted()),
            PlacedRequest.message(other.awaitCompleted()));
    assertThat(messages).containsExactlyInAnyOrder(FIRST, INCREMENT);
  }

  @Test
  void anotherProductsBackupIsWaitedFor(LabNamespace lab, InstalledProduct product) {
    // given
    var hand = HandBackup.of(lab);
    var foreign = hand.pull("foreign");
    var vm = UploadOrder.of(lab, lab.name() + "-b1", HandBackup.VM, "vm1-rootdisk");

    // when
    var request = product.place(vm);
    request.awaitMessage("Waits for VirtualMachineBackup");
    hand.finish("foreign", HandBackup.checkpoint(foreign));

    // then
    assertThat(PlacedRequest.message(request.awaitCompleted())).isEqualTo(FIRST);
  }

  @Test
  void aClearedTrackerMakesTheNextBackupAFull(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.quiet(lab, product);
    vm.backUp(vm.order("full"), FIRST);

    // when
    lab.at(Kinds.TRACKER, vm.tracker().getMetadata().getName()).delete();

    // then
    vm.backUp(vm.order("again"), "Full backup (TrackerMismatch).");
    vm.backUp(vm.order("inc"), INCREMENT);
  }

  @Test
  void aFullThatIsAskedForIsMade(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.quiet(lab, product);
    vm.backUp(vm.order("full"), FIRST);

    // when / then
    vm.backUp(
        vm.order("forced").marked("kubevirt-datamover.io/force-full-backup", "true"),
        "Full backup (Requested).");
  }

  @Test
  void aRequestThatIsCanceledLeavesNothing(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.writing(lab, product);
    var request = product.place(vm.order("canceled"));
    request.awaitPhase("Prepared", "InProgress");

    // when
    request.cancel();

    // then
    assertThat(request.awaitCanceled()).contains("stopped");
    assertThat(Leftovers.of(lab, request.awaitReleased())).isEmpty();
    var next = product.place(vm.order("next")).awaitCompleted();
    // The mover may have published by then, and then the next can build on that.
    assertThat(PlacedRequest.message(next)).matches("Full backup .*|Incremental backup\\.");
  }

  @Test
  void aRequestThatIsDeletedLeavesNothing(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.quiet(lab, product);
    var request = product.place(vm.order("deleted"));
    var seen = request.awaitPhase("Prepared", "InProgress");

    // when
    request.delete();

    // then
    seen.getMetadata().setFinalizers(List.of());
    assertThat(Leftovers.of(lab, seen)).isEmpty();
  }

  @Test
  void aMoverThatIsKilledIsRunAgain(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.quiet(lab, product);
    var request = product.place(vm.order("killed"));
    var seen = request.awaitPhase("InProgress");

    // when
    product.killMover(seen);

    // then
    assertThat(PlacedRequest.message(request.awaitCompleted())).isEqualTo(FIRST);
    assertThat(Leftovers.of(lab, request.awaitReleased())).isEmpty();
  }

  @Test
  void aVmWithoutChangedBlockTrackingIsToldSo(LabNamespace lab, InstalledProduct product) {
    // given
    lab.vms().create(lab.name(), "plain", List.of(DiskRequest.parse("64Mi")), Optional.empty());
    lab.vms().awaitRunning(lab.name(), "plain");
    lab.at(Kinds.VM, "plain")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\": {\"labels\": null}}");
    lab.vms().restart(lab.name(), "plain");

    // when
    var message =
        product
            .place(UploadOrder.of(lab, lab.name() + "-b1", "plain", "plain-rootdisk"))
            .awaitFailed();

    // then
    assertThat(message).contains("Changed block tracking").contains("plain");
  }

  @Test
  void aLocationThatIsNotThereIsNamed(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.quiet(lab, product);

    // when
    var message = product.place(vm.order("lost").to("nowhere")).awaitFailed();

    // then
    assertThat(message).contains("BackupStorageLocation nowhere");
  }

  @Test
  void aRequestForADiskAloneIsRefused(LabNamespace lab, InstalledProduct product) {
    // given
    var order = UploadOrder.of(lab, lab.name() + "-b1", "", "some-claim");

    // when
    var message = product.place(order).awaitFailed();

    // then
    assertThat(message).contains("names no VM");
  }
}
