// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A program or a shell script in a pod that obeys the pod security standard {@code restricted}. A
 * program has a read-only root file system, a script may write.
 *
 * @param command empty: the image's own
 * @param user number of the user it runs as
 * @param claims by name, and whether each is a device
 * @param secrets by name
 */
public record PodRun(
    String name,
    String image,
    List<String> command,
    List<String> arguments,
    long user,
    Map<String, String> environment,
    Map<String, Boolean> claims,
    List<String> secrets) {
  private static final String TOOLBOX = "lab/toolbox:1";
  private static final long QEMU = 107;

  /** How it ended. */
  public record Result(int exitCode, String log) {}

  /** A script with nothing else. */
  public static PodRun script(String name, String script) {
    return new PodRun(
        name,
        TOOLBOX,
        List.of("bash", "-c", "set -euo pipefail\n" + script),
        List.of(),
        QEMU,
        Map.of(),
        Map.of(),
        List.of());
  }

  /** The program of an image. */
  public static PodRun program(String name, String image, List<String> arguments) {
    return new PodRun(name, image, List.of(), arguments, QEMU, Map.of(), Map.of(), List.of());
  }

  /** With a file system at {@code /mnt/CLAIM}. */
  public PodRun mounting(String claim) {
    return using(environment, with(claims, claim, false), secrets);
  }

  /** With a block device at {@code /dev/CLAIM}. */
  public PodRun device(String claim) {
    return using(environment, with(claims, claim, true), secrets);
  }

  /** With an environment variable. */
  public PodRun env(String variable, String value) {
    return using(with(environment, variable, value), claims, secrets);
  }

  /** With the keys of a secret as files in {@code /secrets/SECRET}. */
  public PodRun secret(String secret) {
    return using(environment, claims, Stream.concat(secrets.stream(), Stream.of(secret)).toList());
  }

  private PodRun using(
      Map<String, String> newEnvironment, Map<String, Boolean> newClaims, List<String> newSecrets) {
    return new PodRun(name, image, command, arguments, user, newEnvironment, newClaims, newSecrets);
  }

  private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
    var more = new LinkedHashMap<>(map);
    more.put(key, value);
    return more;
  }

  private boolean isProgram() {
    return command.isEmpty();
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
            .withName("program")
            .withImage(image)
            .withImagePullPolicy("IfNotPresent")
            .withCommand(command)
            .withArgs(arguments)
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
            .withReadOnlyRootFilesystem(isProgram())
            .withNewCapabilities()
            .withDrop("ALL")
            .endCapabilities()
            .endSecurityContext()
            .endContainer()
            .endSpec()
            .build();
    claims.forEach((claim, isDevice) -> use(pod, claim, isDevice));
    secrets.forEach(secret -> useSecret(pod, secret));
    return pod;
  }

  private static void useSecret(Pod pod, String secret) {
    pod.setSpec(
        new PodSpecBuilder(pod.getSpec())
            .addNewVolume()
            .withName(secret)
            .withNewSecret()
            .withSecretName(secret)
            .endSecret()
            .endVolume()
            .editFirstContainer()
            .addNewVolumeMount()
            .withName(secret)
            .withMountPath("/secrets/" + secret)
            .endVolumeMount()
            .endContainer()
            .build());
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
