// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A copy of a backed up VM in another namespace, made as Velero and a plugin make it: first the
 * claims, unbound, then the VM, halted.
 */
final class RestoredVm implements AutoCloseable {
  private final LabNamespace lab;
  private final String namespace;

  private RestoredVm(LabNamespace lab, String namespace) {
    this.lab = lab;
    this.namespace = namespace;
  }

  static RestoredVm of(LabNamespace lab, Plugin plugin) {
    return of(lab, plugin, "copy");
  }

  /** One of several copies. */
  static RestoredVm of(LabNamespace lab, Plugin plugin, String suffix) {
    var copy = new RestoredVm(lab, lab.name() + "-" + suffix);
    lab.createNamespace(copy.namespace);
    BackedUpVm.CLAIMS.forEach(copy::copyClaim);
    copy.copyVm(plugin);
    return copy;
  }

  String namespace() {
    return namespace;
  }

  /** As Velero does: the volume's name is gone, and a selector keeps provisioners away. */
  private void copyClaim(String name) {
    var spec = lab.claimAt(name).require().getSpec();
    lab.client()
        .resource(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withAccessModes(spec.getAccessModes())
                .withStorageClassName(spec.getStorageClassName())
                .withVolumeMode(spec.getVolumeMode())
                .withResources(spec.getResources())
                .withNewSelector()
                .addToMatchLabels("velero.io/dynamic-pv-restore", namespace + "." + name)
                .endSelector()
                .endSpec()
                .build())
        .create();
  }

  private void copyVm(Plugin plugin) {
    var original = lab.at(Kinds.VM, BackedUpVm.VM).require();
    var spec = new HashMap<>(original.<Map<String, Object>>get("spec"));
    spec.remove("running");
    spec.put("runStrategy", "Halted");
    lab.client()
        .resource(
            new GenericKubernetesResourceBuilder()
                .withApiVersion(original.getApiVersion())
                .withKind(original.getKind())
                .withNewMetadata()
                .withName(BackedUpVm.VM)
                .withNamespace(namespace)
                .withLabels(original.getMetadata().getLabels())
                .addToAnnotations(plugin.key("original-run-strategy"), "Always")
                .addToAnnotations(plugin.key("original-run-strategy-source"), "runStrategy")
                .endMetadata()
                .addToAdditionalProperties("spec", spec)
                .build())
        .create();
  }

  /** The orders for all disks of a backup. */
  List<DownloadOrder> orders(Plugin plugin, GenericKubernetesResource upload, String backup) {
    var orders = new ArrayList<DownloadOrder>();
    for (var claim : BackedUpVm.CLAIMS) {
      orders.add(
          DownloadOrder.of(
                  lab, namespace, backup, BackedUpVm.VM, claim, PlacedRequest.snapshotId(upload))
              .by(plugin)
              .into(namespace));
    }
    return orders;
  }

  @Override
  public void close() {
    lab.client().namespaces().withName(namespace).delete();
  }
}
