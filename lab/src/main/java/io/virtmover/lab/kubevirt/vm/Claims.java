// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.lab.kubevirt.api.Release;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The claims of VMs, and the one KubeVirt makes itself: the VM's backend storage. */
final class Claims {
  private static final String BACKEND = "persistent-state-for";

  private final KubernetesClient client;
  private final Release release;

  Claims(KubernetesClient client, Release release) {
    this.client = client;
    this.release = release;
  }

  Optional<PersistentVolumeClaim> find(String namespace, String name) {
    return Optional.ofNullable(
        client.persistentVolumeClaims().inNamespace(namespace).withName(name).get());
  }

  /** The claim with the overlays of a VM, if it has one; it outlives the VMI. */
  Optional<PersistentVolumeClaim> backend(GenericKubernetesResource vmi) {
    return client
        .persistentVolumeClaims()
        .inNamespace(vmi.getMetadata().getNamespace())
        .withLabel(BACKEND, vmi.getMetadata().getName())
        .list()
        .getItems()
        .stream()
        .filter(claim -> claim.getMetadata().getDeletionTimestamp() == null)
        .findFirst();
  }

  PersistentVolumeClaim backendOrNew(GenericKubernetesResource vmi) {
    return backend(vmi).orElseGet(() -> client.resource(newBackend(vmi)).create());
  }

  /** Source: kubevirt-backup-api.md §1.3. */
  private PersistentVolumeClaim newBackend(GenericKubernetesResource vmi) {
    var size =
        switch (release) {
          case V1_8, V1_9 -> "10Mi";
          case HEAD, NEXT -> "522Mi";
        };
    var name = vmi.getMetadata().getName();
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace(vmi.getMetadata().getNamespace())
        .withGenerateName(BACKEND + "-" + name + "-")
        .addToLabels(BACKEND, name)
        .withOwnerReferences(
            vmi.getMetadata().getOwnerReferences().stream()
                .peek(owner -> owner.setController(null))
                .toList())
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withVolumeMode("Filesystem")
        .withNewResources()
        .addToRequests("storage", new Quantity(size))
        .endResources()
        .endSpec()
        .build();
  }

  /** What the VMI's status tells about a claim. */
  static Map<String, Object> info(PersistentVolumeClaim claim) {
    var info = new LinkedHashMap<String, Object>();
    info.put("claimName", claim.getMetadata().getName());
    info.put("accessModes", claim.getSpec().getAccessModes());
    info.put("volumeMode", claim.getSpec().getVolumeMode());
    info.put("requests", texts(claim.getSpec().getResources().getRequests()));
    var capacity = claim.getStatus() == null ? null : claim.getStatus().getCapacity();
    if (capacity != null) {
      info.put("capacity", texts(capacity));
    }
    info.put("filesystemOverhead", DiskImage.OVERHEAD_TEXT);
    return info;
  }

  private static Map<String, String> texts(Map<String, Quantity> amounts) {
    var texts = new LinkedHashMap<String, String>();
    amounts.forEach((name, amount) -> texts.put(name, amount.toString()));
    return texts;
  }

  static boolean isBound(PersistentVolumeClaim claim) {
    return claim.getStatus() != null && "Bound".equals(claim.getStatus().getPhase());
  }
}
