// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.virtmover.lab.kubevirt.api.Owners;
import io.virtmover.lab.kubevirt.launcher.QemuUser;
import java.util.List;
import java.util.Map;

/**
 * The pods of a VMI. They do nothing: they hold the claims, so that binding, node affinity and the
 * access mode ReadWriteOnce are real; QEMU itself is a process of the node.
 */
final class VmPods {
  static final String KIND_LABEL = "kubevirt.io";
  static final String LAUNCHER = "virt-launcher";
  static final String HOTPLUG = "hotplug-disk";
  static final String CREATED_BY_LABEL = "kubevirt.io/created-by";
  static final String ID_LABEL = "vmi.kubevirt.io/id";
  static final String VOLUME_ANNOTATION = "lab.virtmover.io/volume";

  private static final String IMAGE = "lab/pause:1";
  private static final String HOSTNAME = "kubernetes.io/hostname";

  private VmPods() {}

  /**
   * @param claims of the disks and of the backend storage, by volume
   */
  static Pod launcher(GenericKubernetesResource vmi, Map<String, PersistentVolumeClaim> claims) {
    var name = vmi.getMetadata().getName();
    var pod = pod(vmi, LAUNCHER, "virt-launcher-" + name + "-", "compute");
    pod.getMetadata().getLabels().put("vm.kubevirt.io/name", name);
    pod.getMetadata().setOwnerReferences(List.of(Owners.controller(vmi)));
    claims.forEach(
        (volume, claim) -> mount(pod, volume, claim, "/var/run/kubevirt-private/vmi-disks/"));
    return pod;
  }

  /** Brings one more volume to where the launcher pod runs. */
  static Pod attachment(
      GenericKubernetesResource vmi, Pod launcher, VmVolume volume, PersistentVolumeClaim claim) {
    var pod = pod(vmi, HOTPLUG, "hp-volume-", "hotplug-disk");
    pod.getMetadata().getAnnotations().put(VOLUME_ANNOTATION, volume.name());
    pod.getMetadata()
        .setOwnerReferences(
            List.of(
                Owners.controller(
                    "v1",
                    "Pod",
                    launcher.getMetadata().getName(),
                    launcher.getMetadata().getUid())));
    pod.getSpec().setNodeSelector(Map.of(HOSTNAME, launcher.getSpec().getNodeName()));
    mount(pod, volume.name(), claim, "/pvc/");
    return pod;
  }

  private static Pod pod(
      GenericKubernetesResource vmi, String kind, String prefix, String container) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(vmi.getMetadata().getNamespace())
        .withGenerateName(prefix)
        .addToLabels(KIND_LABEL, kind)
        .addToLabels(CREATED_BY_LABEL, vmi.getMetadata().getUid())
        .addToLabels(ID_LABEL, vmi.getMetadata().getName())
        .addToAnnotations("kubevirt.io/domain", vmi.getMetadata().getName())
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withEnableServiceLinks(false)
        .withAutomountServiceAccountToken(false)
        .withTerminationGracePeriodSeconds(2L)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser((long) QemuUser.ID)
        .withRunAsGroup((long) QemuUser.ID)
        .withFsGroup((long) QemuUser.ID)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .addNewContainer()
        .withName(container)
        .withImage(IMAGE)
        .withImagePullPolicy("IfNotPresent")
        .withNewResources()
        .addToRequests("cpu", new Quantity("10m"))
        .addToRequests("memory", new Quantity("8Mi"))
        .endResources()
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .endContainer()
        .endSpec()
        .build();
  }

  private static void mount(Pod pod, String volume, PersistentVolumeClaim claim, String folder) {
    var spec =
        new PodSpecBuilder(pod.getSpec())
            .addNewVolume()
            .withName(volume)
            .withNewPersistentVolumeClaim()
            .withClaimName(claim.getMetadata().getName())
            .endPersistentVolumeClaim()
            .endVolume();
    if ("Block".equals(claim.getSpec().getVolumeMode())) {
      pod.setSpec(
          spec.editFirstContainer()
              .addNewVolumeDevice()
              .withName(volume)
              .withDevicePath("/dev/" + volume)
              .endVolumeDevice()
              .endContainer()
              .build());
    } else {
      pod.setSpec(
          spec.editFirstContainer()
              .addNewVolumeMount()
              .withName(volume)
              .withMountPath(folder + volume)
              .endVolumeMount()
              .endContainer()
              .build());
    }
  }

  static boolean isRunning(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null && phase(pod).equals("Running");
  }

  static boolean hasEnded(Pod pod) {
    return phase(pod).equals("Failed") || phase(pod).equals("Succeeded");
  }

  private static String phase(Pod pod) {
    var status = pod.getStatus();
    return status == null || status.getPhase() == null ? "" : status.getPhase();
  }
}
