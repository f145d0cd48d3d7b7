// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.OnLab;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Requests that belong to Velero's Backups and Restores, as the Go project's plugin makes them, for
 * what KubeVirt pushes; ours, for what is pulled, are in {@link VeleroJourneyIT}.
 */
@OnLab
class OwnedRequestsIT {
  @Test
  void theyEndWithTheirOwners(LabNamespace lab) {
    var plugin = Plugin.PEERS;
    try (var product = InstalledProduct.alone(lab)) {
      // given
      var vm = BackedUpVm.withData(lab, product);
      var force = Map.of(plugin.key("force-full-backup"), "true");
      vm.backUp(order(product, vm, plugin, "full", force), "Full backup (Requested).");
      vm.write(BackedUpVm.DATA / 2, 1);
      var done = vm.backUp(order(product, vm, plugin, "inc", Map.of()), "Incremental backup.");

      // then
      restore(lab, product, plugin, vm, done);

      // when
      vm.write(BackedUpVm.DATA / 2, 2);
      var doomed = backup(product, vm, "doomed", Map.of());
      var work =
          BackupAtWork.stoppedAfter(
              BackedUpVm.DATA / 4, lab, product, vm.order("doomed").by(plugin).in(doomed));
      var seen = work.request().now();
      lab.client().resource(doomed).delete();

      // then
      work.request().awaitGone();
      assertNothingLeft(lab, seen);
      vm.backUp(order(product, vm, plugin, "next", Map.of()), "Full backup (TrackerMismatch).");
    }
  }

  /** To its end, and another one that is given up in the middle. */
  private static void restore(
      LabNamespace lab,
      InstalledProduct product,
      Plugin plugin,
      BackedUpVm vm,
      GenericKubernetesResource done) {
    try (var doomed = RestoredVm.of(lab, plugin, "lost");
        var copy = RestoredVm.of(lab, plugin)) {
      var given = restore(product, doomed);
      var begun = place(product, plugin, doomed, given, done, vm.backup("inc"));
      var seen = new ArrayList<GenericKubernetesResource>();
      begun.forEach(request -> seen.add(request.awaitPhase("Prepared", "InProgress")));
      lab.client().resource(given).delete();
      begun.forEach(PlacedRequest::awaitGone);
      seen.forEach(request -> assertNothingLeft(lab, request));

      var requests = place(product, plugin, copy, restore(product, copy), done, vm.backup("inc"));
      requests.forEach(PlacedRequest::awaitCompleted);
      lab.vms().awaitRunning(copy.namespace(), BackedUpVm.VM);
      assertThat(lab.control().contents(copy.namespace(), BackedUpVm.VM))
          .isEqualTo(lab.control().contents(lab.name(), BackedUpVm.VM));
      requests.forEach(request -> assertThat(Leftovers.of(lab, request.awaitReleased())).isEmpty());
    }
  }

  private static List<PlacedRequest> place(
      InstalledProduct product,
      Plugin plugin,
      RestoredVm copy,
      GenericKubernetesResource restore,
      GenericKubernetesResource upload,
      String backup) {
    return copy.orders(plugin, upload, backup).stream()
        .map(order -> product.place(order.in(restore)))
        .toList();
  }

  private static UploadOrder order(
      InstalledProduct product,
      BackedUpVm vm,
      Plugin plugin,
      String name,
      Map<String, String> annotations) {
    return vm.order(name)
        .by(plugin)
        .marked("virtmover.io/mode", "push")
        .in(backup(product, vm, name, annotations));
  }

  private static GenericKubernetesResource backup(
      InstalledProduct product, BackedUpVm vm, String name, Map<String, String> annotations) {
    return product.veleros(VeleroKinds.BACKUP, vm.backup(name), annotations);
  }

  private static GenericKubernetesResource restore(InstalledProduct product, RestoredVm copy) {
    return product.veleros(VeleroKinds.RESTORE, copy.namespace(), Map.of());
  }

  /** The request itself is gone with its finalizers. */
  private static void assertNothingLeft(LabNamespace lab, GenericKubernetesResource seen) {
    seen.getMetadata().setFinalizers(List.of());
    assertThat(Leftovers.of(lab, seen)).isEmpty();
  }
}
