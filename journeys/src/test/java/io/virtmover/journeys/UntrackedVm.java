// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.virtmover.lab.cluster.DiskRequest;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A VM in a namespace of its own whose changed blocks are not tracked. */
final class UntrackedVm implements AutoCloseable {
  static final String VM = "plain";

  private final LabNamespace lab;
  private final String namespace;

  private UntrackedVm(LabNamespace lab, String namespace) {
    this.lab = lab;
    this.namespace = namespace;
  }

  /** Makes it, and waits until it runs. */
  static UntrackedVm of(LabNamespace lab) {
    var vm = new UntrackedVm(lab, lab.name() + "-plain");
    lab.createNamespace(vm.namespace);
    try {
      make(lab, vm.namespace);
    } catch (RuntimeException | AssertionError e) {
      vm.close();
      throw e;
    }
    return vm;
  }

  /** Makes one in a namespace that is there, and waits until it runs. */
  static void make(LabNamespace lab, String namespace) {
    lab.vms().create(namespace, VM, List.of(DiskRequest.parse("64Mi")), Optional.empty());
    lab.vms().awaitRunning(namespace, VM);
    at(lab, namespace)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\": {\"labels\": null}}");
    lab.vms().restart(namespace, VM);
  }

  private static Resource<GenericKubernetesResource> at(LabNamespace lab, String namespace) {
    return lab.client().genericKubernetesResources(Kinds.VM).inNamespace(namespace).withName(VM);
  }

  String namespace() {
    return namespace;
  }

  /** What others could write to it, as it is now. */
  List<Object> writable() {
    var now = at(lab, namespace).require();
    var metadata = now.getMetadata();
    return List.of(
        metadata.getLabels(),
        metadata.getAnnotations(),
        metadata.getFinalizers(),
        now.<Object>get("spec"));
  }

  /** What is needed to back it up. */
  List<GenericKubernetesResource> backupsAndTrackers() {
    return Stream.of(Kinds.BACKUP, Kinds.TRACKER)
        .flatMap(
            kind ->
                lab
                    .client()
                    .genericKubernetesResources(kind)
                    .inNamespace(namespace)
                    .list()
                    .getItems()
                    .stream())
        .toList();
  }

  @Override
  public void close() {
    lab.client().namespaces().withName(namespace).delete();
  }
}
