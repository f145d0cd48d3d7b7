// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.virtmover.lab.cluster.ControlClient.Content;
import io.virtmover.lab.cluster.DiskRequest;
import io.virtmover.lab.cluster.LabVms;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A namespace as people have them: a VM over claims, one with DataVolumes, and a program in a
 * container with its settings.
 */
record Shop(LabNamespace lab) {
  private static final String DATABASE = "db";
  private static final String WEB = "web";
  private static final String PROGRAM = "cart";
  private static final long SEED = 20_261_201;

  /** What each disk gets by {@link #work}. */
  static final long WRITTEN = 3 << 20;

  /** Makes it, and waits until all of it runs. */
  static Shop in(LabNamespace lab) {
    var shop = new Shop(lab);
    shop.makeVm(lab.vms(), DATABASE, "48Mi", "32Mi:block");
    shop.makeVm(lab.vms().withTemplates(), WEB, "32Mi");
    shop.makeProgram();
    shop.awaitRunning(lab.name());
    shop.work(0);
    return shop;
  }

  private void makeVm(LabVms vms, String name, String... disks) {
    vms.create(
        lab.name(), name, Stream.of(disks).map(DiskRequest::parse).toList(), Optional.empty());
  }

  private void makeProgram() {
    lab.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: %s}
        data: {currency: EUR}
        """
            .formatted(PROGRAM));
    lab.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s}
        spec:
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec:
              containers:
              - name: %1$s
                image: lab/pause:1
                envFrom: [{configMapRef: {name: %1$s}}]
                securityContext:
                  allowPrivilegeEscalation: false
                  capabilities: {drop: [ALL]}
                  runAsNonRoot: true
                  runAsUser: 1000
                  seccompProfile: {type: RuntimeDefault}
        """
            .formatted(PROGRAM));
  }

  /** Has the guests write, each time something else. */
  void work(int time) {
    lab.control().write(lab.name(), DATABASE, "rootdisk", SEED + time, time * WRITTEN, WRITTEN);
    lab.control().write(lab.name(), DATABASE, "data", SEED + time, time * WRITTEN, WRITTEN);
    lab.control().write(lab.name(), WEB, "rootdisk", SEED + time, time * WRITTEN, WRITTEN);
  }

  /** What the disks hold, of all VMs. */
  Map<String, Map<String, Content>> contents() {
    return contents(lab.name());
  }

  /** The same in a copy. */
  Map<String, Map<String, Content>> contents(String namespace) {
    var contents = new TreeMap<String, Map<String, Content>>();
    for (var vm : List.of(DATABASE, WEB)) {
      contents.put(vm, lab.control().contents(namespace, vm));
    }
    return contents;
  }

  /** Waits until VMs and program run, here or in a copy. */
  void awaitRunning(String namespace) {
    lab.vms().awaitRunning(namespace, DATABASE);
    lab.vms().awaitRunning(namespace, WEB);
    lab.await(
        lab.client().apps().deployments().inNamespace(namespace).withName(PROGRAM),
        "the program runs",
        Shop::isAvailable);
    assertThat(
            lab.client().configMaps().inNamespace(namespace).withName(PROGRAM).require().getData())
        .containsEntry("currency", "EUR");
  }

  private static boolean isAvailable(Deployment program) {
    return program != null
        && program.getStatus() != null
        && Integer.valueOf(1).equals(program.getStatus().getAvailableReplicas());
  }

  /**
   * From now on: done when each VM has been seen halted, with the strategy it shall get. One can be
   * whole before the other is there.
   */
  CompletableFuture<List<GenericKubernetesResource>> bothHalted(String namespace) {
    var seen = ConcurrentHashMap.<String>newKeySet();
    return lab.client()
        .genericKubernetesResources(Kinds.VM)
        .inNamespace(namespace)
        .informOnCondition(
            vms -> {
              vms.stream()
                  .filter(Shop::waitsForItsDisks)
                  .forEach(vm -> seen.add(vm.getMetadata().getName()));
              return seen.containsAll(List.of(DATABASE, WEB));
            });
  }

  private static boolean waitsForItsDisks(GenericKubernetesResource vm) {
    return Fields.of(vm).text("spec", "runStrategy").orElse("").equals("Halted")
        && Optional.ofNullable(vm.getMetadata().getAnnotations())
            .map(notes -> notes.get("virtmover.io/original-run-strategy"))
            .filter("Always"::equals)
            .isPresent();
  }

  /** Deletes it with all that is in it, and waits until it is gone. */
  void lose() {
    var namespace = lab.client().namespaces().withName(lab.name());
    namespace.delete();
    var _ = lab.await(namespace, "the namespace is gone", gone -> gone == null);
  }
}
