// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A shell script in a pod that obeys the pod security standard {@code restricted}.
 *
 * @param user number of the user it runs as
 * @param claims by name, and whether each is a device
 */
public record PodRun(
    String name,
    String script,
    long user,
    Map<String, String> environment,
    Map<String, Boolean> claims) {
  private static final String IMAGE = "lab/toolbox:1";

  /** How it ended. */
  public record Result(int exitCode, String log) {}

  /** A script with nothing else. */
  public static PodRun script(String name, String script) {
    return new PodRun(name, script, 107, Map.of(), Map.of());
  }

  /** With a file system at {@code /mnt/CLAIM}. */
  public PodRun mounting(String claim) {
    return new PodRun(name, script, user, environment, with(claims, claim, false));
  }

  /** With a block device at {@code /dev/CLAIM}. */
  public PodRun device(String claim) {
    return new PodRun(name, script, user, environment, with(claims, claim, true));
  }

  /** With an environment variable. */
  public PodRun env(String variable, String value) {
    return new PodRun(name, script, user, with(environment, variable, value), claims);
  }

  private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
    var more = new LinkedHashMap<>(map);
    more.put(key, value);
    return more;
  }

  Result in(LabNamespace namespace) {
    namespace.create(pod());
    var pods = namespace.client().pods().inNamespace(namespace.name()).withName(name);
    var ended =
        namespace.await(
            pods,
            "pod %s ends".formatted(name),
            pod -> pod != null && pod.getStatus() != null && hasEnded(pod));
    var result = new Result(exitCode(ended), pods.getLog());
    pods.withGracePeriod(0).delete();
    namespace.await(pods, "pod %s is gone".formatted(name), pod -> pod == null);
    return result;
  }

  private static boolean hasEnded(Pod pod) {
    var phase = pod.getStatus().getPhase();
    return "Succeeded".equals(phase) || "Failed".equals(phase);
  }

  private static int exitCode(Pod pod) {
    return pod.getStatus()
        .getContainerStatuses()
        .getFirst()
        .getState()
        .getTerminated()
        .getExitCode();
  }

  private Pod pod() {
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withRestartPolicy("Never")
            .withAutomountServiceAccountToken(false)
            .withTerminationGracePeriodSeconds(0L)
            .withNewSecurityContext()
            .withRunAsNonRoot(true)
            .withRunAsUser(user)
            .withRunAsGroup(user)
            .withFsGroup(user)
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .endSecurityContext()
            .addNewContainer()
            .withName("script")
            .withImage(IMAGE)
            .withImagePullPolicy("IfNotPresent")
            .withCommand("bash", "-c", "set -euo pipefail\n" + script)
            .withEnv(
                environment.entrySet().stream()
                    .map(
                        e ->
                            new EnvVarBuilder()
                                .withName(e.getKey())
                                .withValue(e.getValue())
                                .build())
                    .toList())
            .withNewSecurityContext()
            .withAllowPrivilegeEscalation(false)
            .withNewCapabilities()
            .withDrop("ALL")
            .endCapabilities()
            .endSecurityContext()
            .endContainer()
            .endSpec()
            .build();
    claims.forEach((claim, isDevice) -> use(pod, claim, isDevice));
    return pod;
  }

  private static void use(Pod pod, String claim, boolean isDevice) {
    var spec =
        new PodSpecBuilder(pod.getSpec())
            .addNewVolume()
            .withName(claim)
            .withNewPersistentVolumeClaim()
            .withClaimName(claim)
            .endPersistentVolumeClaim()
            .endVolume();
    pod.setSpec(
        isDevice
            ? spec.editFirstContainer()
                .addNewVolumeDevice()
                .withName(claim)
                .withDevicePath("/dev/" + claim)
                .endVolumeDevice()
                .endContainer()
                .build()
            : spec.editFirstContainer()
                .addNewVolumeMount()
                .withName(claim)
                .withMountPath("/mnt/" + claim)
                .endVolumeMount()
                .endContainer()
                .build());
  }
}
