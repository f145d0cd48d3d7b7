// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.cluster.ControlClient.Content;
import io.virtmover.lab.cluster.DiskRequest;
import io.virtmover.lab.cluster.LabVms;
import io.virtmover.lab.junit.HandBackup;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.ClusterConfig;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A VM with a disk of each kind that keeps writing, and its backups by the product. */
final class BackedUpVm {
  static final String VM = "vm1";
  static final List<String> CLAIMS = List.of("vm1-rootdisk", "vm1-data");

  /** What {@link #withData} writes: enough for several parts of an upload. */
  static final long DATA = 48L << 20;

  private static final long SEED = 20_261_127;

  private final LabNamespace lab;
  private final InstalledProduct product;

  private BackedUpVm(LabNamespace lab, InstalledProduct product) {
    this.lab = lab;
    this.product = product;
  }

  /** Makes the VM, and has it write without an end. */
  static BackedUpVm writing(LabNamespace lab, InstalledProduct product) {
    var vm = quiet(lab, product);
    lab.control().work(lab.name(), VM, SEED, 8);
    lab.control().witness(lab.name(), VM);
    lab.control().startWriter(lab.name(), VM, SEED + 1);
    return vm;
  }

  /** Makes the VM, and has it write {@link #DATA} bytes that nothing makes smaller. */
  static BackedUpVm withData(LabNamespace lab, InstalledProduct product) {
    var vm = quiet(lab, product);
    vm.write(DATA / 3 * 2, 0);
    lab.control().write(lab.name(), VM, "data", SEED, 0, DATA / 3);
    return vm;
  }

  /** Writes to the file system disk. */
  void write(long bytes, long seed) {
    lab.control().write(lab.name(), VM, "rootdisk", SEED + seed, 0, bytes);
  }

  /** Makes the VM. */
  static BackedUpVm quiet(LabNamespace lab, InstalledProduct product) {
    return make(lab.vms(), lab, product);
  }

  /** Makes the VM, which boots the lab's Linux. */
  static BackedUpVm linux(LabNamespace lab, InstalledProduct product) {
    return make(lab.vms().linux(), lab, product);
  }

  private static BackedUpVm make(LabVms vms, LabNamespace lab, InstalledProduct product) {
    vms.create(
        lab.name(),
        VM,
        List.of(DiskRequest.parse("96Mi"), DiskRequest.parse("64Mi:block")),
        Optional.empty());
    vms.awaitRunning(lab.name(), VM);
    return new BackedUpVm(lab, product);
  }

  /** Says whether its changed blocks shall be tracked, which counts from its next start on. */
  void track(boolean isWanted) {
    var _ =
        lab.at(Kinds.VM, VM)
            .edit(
                vm -> {
                  var labels = new HashMap<>(vm.getMetadata().getLabels());
                  labels.put(ClusterConfig.TRACKING_LABEL, Boolean.toString(isWanted));
                  vm.getMetadata().setLabels(labels);
                  return vm;
                });
  }

  /** Names of backups are never used twice, and the tests share a bucket. */
  String backup(String name) {
    return lab.name() + "-" + name;
  }

  /** The order of a backup. */
  UploadOrder order(String name) {
    return UploadOrder.of(lab, backup(name), VM, CLAIMS.getFirst());
  }

  /** Backs up; fails unless the message says so. */
  GenericKubernetesResource backUp(UploadOrder order, String message) {
    var done = product.place(order).awaitCompleted();
    assertThat(PlacedRequest.message(done)).isEqualTo(message);
    return done;
  }

  /** What the guest saw on its disks at the last backup. */
  Map<String, Content> witnessed() {
    return lab.control().witnessed(lab.name(), VM, HandBackup.latest(tracker()));
  }

  /** The reasons of the events at the VM. */
  Set<String> told() {
    return lab.client().v1().events().inNamespace(lab.name()).list().getItems().stream()
        .filter(event -> event.getInvolvedObject().getKind().equals("VirtualMachine"))
        .map(Event::getReason)
        .collect(Collectors.toSet());
  }

  /** The VM's only tracker. */
  GenericKubernetesResource tracker() {
    var trackers =
        lab.client()
            .genericKubernetesResources(Kinds.TRACKER)
            .inNamespace(lab.name())
            .list()
            .getItems();
    assertThat(trackers).hasSize(1);
    return trackers.getFirst();
  }
}
