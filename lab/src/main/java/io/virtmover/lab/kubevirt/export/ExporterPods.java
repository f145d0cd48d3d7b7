// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The service and the pod of an export, as recorded. */
final class ExporterPods {
  /** Carried by the pod and selected by the service; its value is the export's name. */
  static final String LABEL = "kubevirt.io.virt-export-service";

  static final String CERTIFICATES = "certificates";
  private static final String IMAGE = "lab/exporter:1";
  private static final int PORT = 8443;
  private static final long QEMU_USER = 107;
  private static final String CERTIFICATE_TIMES =
      "{\"Duration\":86400000000000,\"RenewBefore\":17280000000000}";

  private ExporterPods() {}

  static Service service(ExportSpec export) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace(export.namespace())
        .withName(export.service())
        .withLabels(Map.of("kubevirt.io", "virt-exporter"))
        .withOwnerReferences(export.asOwner())
        .endMetadata()
        .withNewSpec()
        .withSelector(Map.of(LABEL, export.name()))
        .addNewPort()
        .withName("export")
        .withProtocol("TCP")
        .withPort(443)
        .withTargetPort(new IntOrString(PORT))
        .endPort()
        .endSpec()
        .build();
  }

  static Pod pod(
      ExportSpec export, ExportSource source, List<EnvVar> env, String certificateSecret) {
    var builder =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(export.namespace())
            .withName(export.service())
            .withLabels(Map.of(LABEL, export.name()))
            .withAnnotations(Map.of("kubevirt.io/export.certParameters", CERTIFICATE_TIMES))
            .withOwnerReferences(export.asOwner())
            .endMetadata()
            .withNewSpec()
            .withRestartPolicy("Never")
            .withNewSecurityContext()
            .withRunAsNonRoot(true)
            .withRunAsUser(QEMU_USER)
            .withFsGroup(QEMU_USER)
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .endSecurityContext()
            .addNewVolume()
            .withName(CERTIFICATES)
            .withNewSecret()
            .withSecretName(certificateSecret)
            .endSecret()
            .endVolume()
            .addNewVolume()
            .withName("token")
            .withNewSecret()
            .withSecretName(export.tokenSecret())
            .endSecret()
            .endVolume()
            .addNewContainer()
            .withName("exporter")
            .withImage(IMAGE)
            .withImagePullPolicy("IfNotPresent")
            .withEnv(env)
            .addNewPort()
            .withContainerPort(PORT)
            .withProtocol("TCP")
            .endPort()
            .addNewVolumeMount()
            .withName(CERTIFICATES)
            .withMountPath("/cert")
            .withReadOnly(true)
            .endVolumeMount()
            .addNewVolumeMount()
            .withName("token")
            .withMountPath("/token")
            .withReadOnly(true)
            .endVolumeMount()
            .withNewSecurityContext()
            .withAllowPrivilegeEscalation(false)
            .withNewCapabilities()
            .withDrop("ALL")
            .endCapabilities()
            .endSecurityContext()
            .withNewReadinessProbe()
            .withNewHttpGet()
            .withPath("/exportready")
            .withPort(new IntOrString(PORT))
            .withScheme("HTTPS")
            .endHttpGet()
            .withInitialDelaySeconds(5)
            .withPeriodSeconds(5)
            .withTimeoutSeconds(1)
            .withSuccessThreshold(1)
            .withFailureThreshold(3)
            .endReadinessProbe()
            .endContainer()
            .endSpec();
    return addSource(builder, source).build();
  }

  private static PodBuilder addSource(PodBuilder builder, ExportSource source) {
    return switch (source) {
      case ExportSource.Claim claim -> mount(builder, claim);
      case ExportSource.Backup _, ExportSource.Unknown _ -> builder;
    };
  }

  private static PodBuilder mount(PodBuilder builder, ExportSource.Claim claim) {
    var withVolume =
        builder
            .editSpec()
            .addNewVolume()
            .withName(claim.name())
            .withNewPersistentVolumeClaim()
            .withClaimName(claim.name())
            .endPersistentVolumeClaim()
            .endVolume();
    return claim.block()
        ? withVolume
            .editFirstContainer()
            .addNewVolumeDevice()
            .withName(claim.name())
            .withDevicePath("/dev/export-volumes/" + claim.name())
            .endVolumeDevice()
            .endContainer()
            .endSpec()
        : withVolume
            .editFirstContainer()
            .addNewVolumeMount()
            .withName(claim.name())
            .withMountPath("/export-volumes/" + claim.name())
            .endVolumeMount()
            .endContainer()
            .endSpec();
  }

  /** Brings the pod near the VM's launcher (HEAD). */
  static Affinity nearLauncher(String vm) {
    return new AffinityBuilder()
        .withNewPodAffinity()
        .addNewPreferredDuringSchedulingIgnoredDuringExecution()
        .withWeight(100)
        .withPodAffinityTerm(launcherOf(vm))
        .endPreferredDuringSchedulingIgnoredDuringExecution()
        .endPodAffinity()
        .build();
  }

  /** Lets the pod run on the node of the VM's launcher only, whose socket it reads (§13). */
  static Affinity besideLauncher(String vm) {
    return new AffinityBuilder()
        .withNewPodAffinity()
        .withRequiredDuringSchedulingIgnoredDuringExecution(launcherOf(vm))
        .endPodAffinity()
        .build();
  }

  private static PodAffinityTerm launcherOf(String vm) {
    return new PodAffinityTermBuilder()
        .withNewLabelSelector()
        .withMatchLabels(Map.of("kubevirt.io", "virt-launcher", "vmi.kubevirt.io/id", vm))
        .endLabelSelector()
        .withTopologyKey("kubernetes.io/hostname")
        .build();
  }

  /** The secret a pod takes its certificate from. */
  static Optional<String> certificateSecret(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> volume.getName().equals(CERTIFICATES) && volume.getSecret() != null)
        .map(volume -> volume.getSecret().getSecretName())
        .findFirst();
  }

  static boolean isReady(Pod pod) {
    return pod.getStatus() != null
        && "Running".equals(pod.getStatus().getPhase())
        && pod.getStatus().getConditions() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  static String phase(Pod pod) {
    return pod.getStatus() == null || pod.getStatus().getPhase() == null
        ? "Pending"
        : pod.getStatus().getPhase();
  }

  static boolean isOver(Pod pod) {
    return phase(pod).equals("Succeeded") || phase(pod).equals("Failed");
  }
}
