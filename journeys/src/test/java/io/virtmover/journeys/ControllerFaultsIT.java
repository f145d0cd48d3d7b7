// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.OnLab;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A controller that dies, or is not there: nothing is lost, and nothing is left. */
@OnLab
class ControllerFaultsIT {
  private static final String FINALIZER = "virtmover.io/cleanup";
  private static final String FIRST = "Full backup (FirstBackup).";
  private static final List<String> PHASES =
      List.of("New", "Accepted", "Prepared", "InProgress", "Completed");

  @Test
  void aControllerThatIsKilledInEveryPhaseLosesNothing(LabNamespace lab) {
    try (var product = InstalledProduct.alone(lab)) {
      // given
      var vm = BackedUpVm.withData(lab, product);

      // when
      var pulled = product.place(vm.order("pulled").marked("virtmover.io/mode", "pull"));
      product.kill();
      var _ = pulled.awaitAtLeast("Accepted");
      product.kill();
      var work = BackupAtWork.of(lab, product, pulled).stopAfter(BackedUpVm.DATA / 2);
      product.kill();
      work.goOn();

      // then
      assertThat(PlacedRequest.message(pulled.awaitCompleted())).isEqualTo(FIRST);
      product.kill();
      assertThat(Leftovers.of(lab, pulled.awaitReleased())).isEmpty();

      // when
      vm.write(BackedUpVm.DATA / 2, 1);
      var pushed = product.place(vm.order("pushed").marked("virtmover.io/mode", "push"));
      for (var phase : PHASES) {
        var _ = pushed.awaitAtLeast(phase);
        product.kill();
      }

      // then
      var done = pushed.awaitCompleted();
      assertThat(PlacedRequest.message(done)).isEqualTo("Incremental backup.");
      assertThat(Leftovers.of(lab, pushed.awaitReleased())).isEmpty();

      // when
      try (var copy = RestoredVm.of(lab, Plugin.OURS)) {
        var disks =
            copy.orders(Plugin.OURS, done, vm.backup("pushed")).stream()
                .map(product::place)
                .toList();
        for (var phase : PHASES) {
          disks.forEach(disk -> disk.awaitAtLeast(phase));
          product.kill();
        }

        // then
        for (var disk : disks) {
          var _ = disk.awaitCompleted();
          assertThat(Leftovers.of(lab, disk.awaitReleased())).isEmpty();
        }
        lab.vms().awaitRunning(copy.namespace(), BackedUpVm.VM);
        assertThat(lab.control().contents(copy.namespace(), BackedUpVm.VM))
            .isEqualTo(lab.control().contents(lab.name(), BackedUpVm.VM));
      }
    }
  }

  @Test
  void whatIsDeletedWhileThereIsNoControllerIsFreedByTheNext(LabNamespace lab) {
    try (var product = InstalledProduct.alone(lab)) {
      // given
      var vm = BackedUpVm.withData(lab, product);
      var request = inTheMiddle(lab, product, vm, "left");
      var seen = request.now();
      product.stop();

      // when
      request.resource().delete();

      // then
      assertThat(request.now().getMetadata().getFinalizers()).contains(FINALIZER);

      // when
      product.start();

      // then
      request.awaitGone();
      assertNothingLeft(lab, seen);
      var next = product.place(vm.order("next")).awaitCompleted();
      assertThat(PlacedRequest.message(next)).startsWith("Full backup");
    }
  }

  @Test
  void whatAnUninstalledControllerHasLeftIsFreedByHand(LabNamespace lab) {
    try (var product = InstalledProduct.alone(lab)) {
      // given
      var vm = BackedUpVm.withData(lab, product);
      var request = inTheMiddle(lab, product, vm, "left");
      var seen = request.now();
      product.stop();
      request.resource().delete();

      // when
      lab.command(
          "kubectl",
          "--namespace",
          product.namespace(),
          "patch",
          "dataupload",
          seen.getMetadata().getName(),
          "--type",
          "merge",
          "-p",
          "{\"metadata\":{\"finalizers\":null}}");
      lab.command(
          "kubectl",
          "delete",
          "jobs,secrets,pvc,virtualmachinebackups",
          "--all-namespaces",
          "-l",
          "virtmover.io/request-uid=" + seen.getMetadata().getUid());

      // then
      request.awaitGone();
      product.start();
      var next = product.place(vm.order("next")).awaitCompleted();
      assertThat(PlacedRequest.message(next)).startsWith("Full backup");
      assertNothingLeft(lab, seen);
    }
  }

  private static PlacedRequest inTheMiddle(
      LabNamespace lab, InstalledProduct product, BackedUpVm vm, String name) {
    return BackupAtWork.stoppedAfter(BackedUpVm.DATA / 2, lab, product, vm.order(name)).request();
  }

  /** The request itself is gone with its finalizers. */
  private static void assertNothingLeft(LabNamespace lab, GenericKubernetesResource seen) {
    seen.getMetadata().setFinalizers(List.of());
    assertThat(Leftovers.of(lab, seen)).isEmpty();
  }
}
