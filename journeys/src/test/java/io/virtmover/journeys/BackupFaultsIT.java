// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.cluster.DiskRequest;
import io.virtmover.lab.junit.HandBackup;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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
    request.awaitMessage("Comes after VirtualMachineBackup");
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

  /** The last checkpoint's bitmap is there again afterwards, as if nothing were missing in it. */
  @Test
  void aVmThatWasNotTrackedForAWhileGetsAFull(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.withData(lab, product);
    vm.backUp(vm.order("full"), FIRST);
    var checkpoint = HandBackup.latest(vm.tracker());

    // when
    vm.track(false);
    lab.vms().restart(lab.name(), BackedUpVm.VM);
    vm.write(BackedUpVm.DATA / 3, 1);
    vm.track(true);
    lab.vms().restart(lab.name(), BackedUpVm.VM);

    // then
    assertThat(HandBackup.latest(vm.tracker())).isEqualTo(checkpoint);
    vm.backUp(vm.order("again"), "Full backup (TrackingInterrupted).");
    vm.backUp(vm.order("inc"), INCREMENT);
  }

  @Test
  void aFullThatIsAskedForIsMade(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.quiet(lab, product);
    var full = product.place(vm.order("full"));
    assertThat(PlacedRequest.message(full.awaitCompleted())).isEqualTo(FIRST);
    full.awaitReleased();

    // when / then
    assertThat(vm.told()).contains("FullBackup", "BackupCompleted");
    vm.backUp(
        vm.order("forced").marked("kubevirt-datamover.io/force-full-backup", "true"),
        "Full backup (Requested).");
  }

  @Test
  void aRequestIsCanceledInEveryPhase(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.withData(lab, product);
    var moving =
        BackupAtWork.stoppedAfter(BackedUpVm.DATA / 2, lab, product, vm.order("moving")).request();
    var queued = product.place(vm.order("queued"));
    queued.awaitMessage("Comes after DataUpload");
    var taken = product.place(vm.order("taken"));
    var prepared = product.place(vm.order("prepared"));
    var placed = product.place(vm.order("placed"));

    // when / then
    moving.awaitProgress();
    assertCanceled(lab, placed);
    assertCanceled(lab, queued);
    assertCanceled(lab, moving);
    var _ = taken.awaitAtLeast("Accepted");
    assertCanceled(lab, taken);
    var _ = prepared.awaitAtLeast("Prepared");
    assertCanceled(lab, prepared);
    var next = product.place(vm.order("next")).awaitCompleted();
    assertThat(PlacedRequest.message(next)).startsWith("Full backup");
    assertThat(OpenUploads.of(lab, "default")).isEmpty();
  }

  private static void assertCanceled(LabNamespace lab, PlacedRequest request) {
    assertThat(request.cancel()).isLessThan(PlacedRequest.CANCEL_IS_HONOURED);
    assertThat(request.awaitCanceled()).contains("stopped");
    assertThat(Leftovers.inCluster(lab, request.awaitReleased())).isEmpty();
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

  /** Each kind of death at 10, 50 and 90 % of the data: three of each VM's, side by side. */
  @Test
  void aMoverThatDiesAgainAndAgainGoesOn(LabNamespace lab, InstalledProduct product) {
    // given
    var deaths =
        List.<Consumer<RunningMover>>of(
            RunningMover::exhaust, RunningMover::evict, RunningMover::kill);
    var vms = List.of("vm1", "vm2", "vm3");
    vms.forEach(vm -> makeVm(lab, vm));
    var backups =
        vms.stream()
            .map(vm -> order(lab, vm, "dying"))
            .map(order -> BackupAtWork.stoppedAfter(BackedUpVm.DATA / 10, lab, product, order))
            .toList();

    // when
    for (var tenths : List.of(1, 5, 9)) {
      for (var vm = 0; vm < vms.size(); vm++) {
        var backup = backups.get(vm);
        if (tenths > 1) {
          var _ = backup.stopAfter(BackedUpVm.DATA / 10 * tenths);
        }
        deaths.get((tenths / 4 + vm) % deaths.size()).accept(backup.mover());
      }
    }
    backups.forEach(BackupAtWork::goOn);

    // then
    for (var backup : backups) {
      assertThat(PlacedRequest.message(backup.request().awaitCompleted())).isEqualTo(FIRST);
    }
    // One that is killed runs on for a moment beside the next: what it opens then is the
    // collection's.
    for (var backup : backups) {
      assertThat(Leftovers.inCluster(lab, backup.request().awaitReleased())).isEmpty();
    }
    var next = vms.stream().map(vm -> product.place(order(lab, vm, "next"))).toList();
    assertThat(next)
        .allSatisfy(
            request ->
                assertThat(PlacedRequest.message(request.awaitCompleted())).isEqualTo(INCREMENT));
  }

  private static void makeVm(LabNamespace lab, String vm) {
    lab.vms().create(lab.name(), vm, List.of(DiskRequest.parse("64Mi")), Optional.empty());
    lab.vms().awaitRunning(lab.name(), vm);
    lab.control().write(lab.name(), vm, "rootdisk", 1, 0, BackedUpVm.DATA);
  }

  private static UploadOrder order(LabNamespace lab, String vm, String backup) {
    return UploadOrder.of(lab, lab.name() + "-" + backup, vm, vm + "-rootdisk");
  }

  @Test
  void aVmThatIsRestartedStoppedOrLostInTheMiddle(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.withData(lab, product);

    // when
    var restarted = inTheMiddle(lab, product, vm, "restarted");
    lab.vms().restart(lab.name(), BackedUpVm.VM);

    // then
    assertThat(PlacedRequest.message(restarted.awaitCompleted())).isEqualTo(FIRST);
    assertThat(Leftovers.of(lab, restarted.awaitReleased())).isEmpty();

    // when
    vm.write(BackedUpVm.DATA / 2, 1);
    var stopped = inTheMiddle(lab, product, vm, "stopped");
    lab.vms().stop(lab.name(), BackedUpVm.VM);
    stopped.awaitMessage("Begins anew");
    lab.vms().start(lab.name(), BackedUpVm.VM);

    // then
    var _ = stopped.awaitCompleted();
    assertThat(Leftovers.of(lab, stopped.awaitReleased())).isEmpty();

    // when
    vm.write(BackedUpVm.DATA / 2, 2);
    var lost = inTheMiddle(lab, product, vm, "lost");
    lab.vms().delete(lab.name(), BackedUpVm.VM);

    // then
    assertThat(lost.awaitFailed()).contains("There is no VirtualMachine");
    assertThat(Leftovers.of(lab, lost.awaitReleased())).isEmpty();
  }

  @Test
  void whatIsDeletedUnderABackupIsMadeAgain(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.withData(lab, product);

    // when
    var withoutBackup =
        BackupAtWork.stoppedAfter(BackedUpVm.DATA / 2, lab, product, vm.order("backup"));
    lab.client().resource(withoutBackup.virtualMachineBackup()).delete();

    // then
    assertThat(PlacedRequest.message(withoutBackup.request().awaitCompleted())).isEqualTo(FIRST);
    assertThat(Leftovers.of(lab, withoutBackup.request().awaitReleased())).isEmpty();

    // when
    vm.write(BackedUpVm.DATA / 2, 1);
    var withoutExport =
        BackupAtWork.stoppedAfter(BackedUpVm.DATA / 4, lab, product, vm.order("export"));
    var name = withoutExport.virtualMachineBackup().getMetadata().getName();
    lab.at(Kinds.export(lab.control().release()), name).delete();

    // then
    assertThat(PlacedRequest.message(withoutExport.request().awaitCompleted()))
        .isEqualTo(INCREMENT);
    assertThat(Leftovers.of(lab, withoutExport.request().awaitReleased())).isEmpty();
    vm.backUp(vm.order("next"), INCREMENT);
  }

  @Test
  void aTrackerThatIsDeletedUnderABackupIsMadeAgain(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.withData(lab, product);
    var exporting = product.place(vm.order("exporting"));
    BackupAtWork.of(lab, product, exporting).awaitExport();

    // when
    lab.client().resource(vm.tracker()).delete();

    // then
    assertThat(PlacedRequest.message(exporting.awaitCompleted())).isEqualTo(FIRST);
    assertThat(exporting.told()).containsOnlyOnce("TrackerMade");
    assertThat(Leftovers.of(lab, exporting.awaitReleased())).isEmpty();

    // when
    vm.write(BackedUpVm.DATA / 2, 1);
    var reading = BackupAtWork.stoppedAfter(BackedUpVm.DATA / 4, lab, product, vm.order("reading"));
    lab.client().resource(vm.tracker()).delete();
    reading.goOn();

    // then
    assertThat(PlacedRequest.message(reading.request().awaitCompleted())).isEqualTo(INCREMENT);
    assertThat(Leftovers.of(lab, reading.request().awaitReleased())).isEmpty();
    vm.backUp(vm.order("next"), INCREMENT);
  }

  /** KubeVirt is given far more time than a transfer has, so that it has to be hurried. */
  @Test
  void aBackupWhoseTimeAtKubeVirtIsOverIsBegunAnew(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.withData(lab, product);
    var late = BackupAtWork.stoppedAfter(BackedUpVm.DATA / 2, lab, product, vm.order("late"));

    // when
    late.expire();

    // then
    late.request().awaitMessage("Begins anew: KubeVirt ended the backup while its data was read.");
    assertThat(PlacedRequest.message(late.request().awaitCompleted())).isEqualTo(FIRST);
    assertThat(Leftovers.of(lab, late.request().awaitReleased())).isEmpty();
    vm.backUp(vm.order("next"), INCREMENT);
  }

  @Test
  void anotherProductsBackupThatComesInTheMiddleDoesNoHarm(
      LabNamespace lab, InstalledProduct product) {
    // given
    var hand = HandBackup.of(lab);
    lab.control().write(lab.name(), HandBackup.VM, "rootdisk", 1, 0, BackedUpVm.DATA);
    var order = UploadOrder.of(lab, lab.name() + "-b1", HandBackup.VM, "vm1-rootdisk");
    var backup = BackupAtWork.stoppedAfter(BackedUpVm.DATA / 2, lab, product, order);

    // when
    hand.ask("foreign");
    backup.goOn();

    // then
    assertThat(PlacedRequest.message(backup.request().awaitCompleted())).isEqualTo(FIRST);
    assertThat(Leftovers.of(lab, backup.request().awaitReleased())).isEmpty();
  }

  @Test
  void aNamespaceThatIsDeletedInTheMiddleLeavesNothing(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.withData(lab, product);
    var request = inTheMiddle(lab, product, vm, "doomed");

    // when
    lab.client().namespaces().withName(lab.name()).delete();

    // then
    assertThat(request.awaitFailed()).contains(lab.name());
    assertThat(Leftovers.of(lab, request.awaitReleased())).isEmpty();
  }

  @Test
  void aQuotaOfTheVmsNamespaceIsToldAndWaitedFor(LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.quiet(lab, product);
    var quota = Quota.of(lab, lab.name(), "persistentvolumeclaims", "0");

    // when
    var request = product.place(vm.order("refused"));
    request.awaitMessage("exceeded quota");
    quota.lift();

    // then
    var _ = request.awaitCompleted();
    assertThat(Leftovers.of(lab, request.awaitReleased())).isEmpty();
  }

  private static PlacedRequest inTheMiddle(
      LabNamespace lab, InstalledProduct product, BackedUpVm vm, String name) {
    return BackupAtWork.stoppedAfter(BackedUpVm.DATA / 4, lab, product, vm.order(name)).request();
  }

  @Test
  void aVmWithoutChangedBlockTrackingIsToldSo(LabNamespace lab, InstalledProduct product) {
    // given
    UntrackedVm.make(lab, lab.name());

    // when
    var message =
        product
            .place(UploadOrder.of(lab, lab.name() + "-b1", UntrackedVm.VM, "plain-rootdisk"))
            .awaitFailed();

    // then
    assertThat(message).contains("Changed block tracking").contains(UntrackedVm.VM);
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
