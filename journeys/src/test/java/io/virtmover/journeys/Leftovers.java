// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a request must not leave behind, found by the label with its UID, or in the VM's namespace.
 */
final class Leftovers {
  private static final String LABEL = "virtmover.io/request-uid";

  private Leftovers() {}

  /** Those in the cluster, and uploads of the test's VMs that are open in the location. */
  static List<String> of(LabNamespace lab, GenericKubernetesResource request) {
    return Stream.concat(
            inCluster(lab, request).stream(),
            OpenUploads.of(lab, location(request)).stream().map(key -> "open upload of " + key))
        .toList();
  }

  /** All objects of a request but volumes that have become a VM's, and volumes that nobody has. */
  static List<String> inCluster(LabNamespace lab, GenericKubernetesResource request) {
    var client = lab.client();
    var _ =
        lab.awaitAll(
            client.persistentVolumes(),
            "no volume is left of a claim that was in " + lab.name(),
            volumes -> volumes.stream().noneMatch(volume -> isLeftOf(lab.name(), volume)));
    var uid = request.getMetadata().getUid();
    var objects = new ArrayList<HasMetadata>();
    objects.addAll(
        client.batch().v1().jobs().inAnyNamespace().withLabel(LABEL, uid).list().getItems());
    objects.addAll(client.pods().inAnyNamespace().withLabel(LABEL, uid).list().getItems());
    objects.addAll(client.secrets().inAnyNamespace().withLabel(LABEL, uid).list().getItems());
    objects.addAll(
        client.persistentVolumeClaims().inAnyNamespace().withLabel(LABEL, uid).list().getItems());
    objects.addAll(
        client
            .genericKubernetesResources(Kinds.BACKUP)
            .inAnyNamespace()
            .withLabel(LABEL, uid)
            .list()
            .getItems());
    var kept =
        client.persistentVolumes().withLabel(LABEL, uid).list().getItems().stream()
            .filter(volume -> "Retain".equals(volume.getSpec().getPersistentVolumeReclaimPolicy()));
    var finalizers =
        request.getMetadata().getFinalizers().stream().map(name -> "finalizer " + name);
    return Stream.of(
            finalizers,
            Stream.concat(objects.stream(), kept)
                .map(object -> object.getKind() + " " + object.getMetadata().getName()))
        .flatMap(part -> part)
        .toList();
  }

  /** The provisioner deletes one a moment after its claim. */
  private static boolean isLeftOf(String namespace, PersistentVolume volume) {
    var claim = volume.getSpec().getClaimRef();
    return claim != null
        && claim.getNamespace().equals(namespace)
        && Set.of("Released", "Failed").contains(volume.getStatus().getPhase());
  }

  private static String location(GenericKubernetesResource request) {
    return Fields.of(request).text("spec", "backupStorageLocation").orElseThrow();
  }
}
