// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.lab.kubevirt.api.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Attaches and detaches the volumes that are not disks of the VM, each by a pod of its own, and
 * tells in the VMI's {@code volumeStatus} how far it is. A look moves a volume by one phase at
 * most, so that watchers see them all.
 */
final class Attachments {
  private static final String PENDING = "Pending";
  private static final String BOUND = "Bound";
  private static final String ATTACHED = "AttachedToNode";
  private static final String MOUNTED = "MountedToPod";
  private static final String DETACHING = "Detaching";
  private static final String UNMOUNTED = "UnMountedFromPod";

  private final KubernetesClient client;
  private final Claims claims;

  Attachments(KubernetesClient client, Claims claims) {
    this.client = client;
    this.claims = claims;
  }

  /** The status of these volumes after one step each. */
  List<Map<String, Object>> step(
      GenericKubernetesResource vmi, Pod launcher, List<VmVolume> disks, List<Pod> pods) {
    var wanted = VmVolume.utilitiesOf(vmi);
    var status = new ArrayList<Map<String, Object>>();
    for (var volume : wanted) {
      status.add(attach(vmi, launcher, volume, pods));
    }
    for (var known : Fields.of(vmi).list("status", "volumeStatus")) {
      var name = known.text("name").orElse("");
      if (VmVolume.named(disks, name).isEmpty() && VmVolume.named(wanted, name).isEmpty()) {
        detach(name, known.text("phase").orElse(""), pods).ifPresent(status::add);
      }
    }
    return status;
  }

  private Map<String, Object> attach(
      GenericKubernetesResource vmi, Pod launcher, VmVolume volume, List<Pod> pods) {
    var claim = claims.find(vmi.getMetadata().getNamespace(), volume.claim());
    if (claim.isEmpty()) {
      var status = status(volume.name(), PENDING);
      status.put("reason", "FailedPvcNotFound");
      status.put("message", "PVC %s does not exist".formatted(volume.claim()));
      return status;
    }
    var pod = find(pods, volume.name());
    if (pod.isEmpty()) {
      client.resource(VmPods.attachment(vmi, launcher, volume, claim.get())).create();
    }
    var status = status(volume.name(), phase(phaseNow(vmi, volume), claim.get(), pod));
    status.put("persistentVolumeClaimInfo", Claims.info(claim.get()));
    pod.ifPresent(
        found ->
            status.put(
                "hotplugVolume",
                Map.of(
                    "attachPodName",
                    found.getMetadata().getName(),
                    "attachPodUID",
                    found.getMetadata().getUid())));
    return status;
  }

  private static String phaseNow(GenericKubernetesResource vmi, VmVolume volume) {
    return Fields.of(vmi).list("status", "volumeStatus").stream()
        .filter(known -> known.text("name").orElse("").equals(volume.name()))
        .findFirst()
        .flatMap(known -> known.text("phase"))
        .orElse("");
  }

  private static String phase(String now, PersistentVolumeClaim claim, Optional<Pod> pod) {
    if (!Claims.isBound(claim)) {
      return PENDING;
    }
    return switch (now) {
      case BOUND -> pod.filter(VmPods::isRunning).isPresent() ? ATTACHED : BOUND;
      case ATTACHED, MOUNTED -> MOUNTED;
      default -> BOUND;
    };
  }

  private Optional<Map<String, Object>> detach(String name, String now, List<Pod> pods) {
    var pod = find(pods, name);
    return switch (now) {
      case DETACHING -> {
        pod.ifPresent(found -> client.resource(found).delete());
        yield Optional.of(status(name, UNMOUNTED));
      }
      case UNMOUNTED -> pod.map(_ -> status(name, UNMOUNTED));
      default -> Optional.of(status(name, DETACHING));
    };
  }

  private static Map<String, Object> status(String name, String phase) {
    var status = new LinkedHashMap<String, Object>();
    status.put("name", name);
    status.put("target", "");
    status.put("phase", phase);
    return status;
  }

  private static Optional<Pod> find(List<Pod> pods, String volume) {
    return pods.stream()
        .filter(
            pod ->
                Objects.equals(
                    pod.getMetadata().getAnnotations().get(VmPods.VOLUME_ANNOTATION), volume))
        .findFirst();
  }
}
