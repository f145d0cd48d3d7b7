// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import io.virtmover.controller.Keys;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.config.Tolerations;
import io.virtmover.failure.FailureKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The Job that runs a mover: no rights in the cluster, not root, nothing writable but what it works
 * on. What may pass by itself (eviction, a full node, a store that does not answer) is tried again
 * by Kubernetes; the rest fails at once.
 */
@ApplicationScoped
public class MoverJobs {
  /** The only container. */
  static final String CONTAINER = "mover";

  private static final String FILES = "transfer";
  private static final String TOKEN = "token";
  private static final int TOKEN_SECONDS = 3600;
  private static final int WEEK = 7 * 24 * 3600;

  private final ControllerConfig config;
  private final List<Toleration> tolerations;

  MoverJobs(ControllerConfig config) {
    this.config = config;
    this.tolerations = config.mover().tolerations().map(Tolerations::read).orElse(List.of());
  }

  /** Whether a Job's mover works on a claim, and not on what it reads from afar. */
  public static boolean usesClaim(Job job) {
    return job.getSpec().getTemplate().getSpec().getVolumes().stream()
        .anyMatch(volume -> volume.getPersistentVolumeClaim() != null);
  }

  /** The Job of a transfer. */
  public Job job(MoverOrder order) {
    var metadata = Owned.by(order.request(), config.namespace(), order.name());
    var labels = new LinkedHashMap<>(metadata.getLabels());
    // Ours are how a mover is found, and whose reports count: no setting replaces them.
    config.mover().labels().forEach(labels::putIfAbsent);
    labels.put(Keys.ATTEMPT, order.name());
    metadata.setLabels(labels);
    return new JobBuilder()
        .withMetadata(metadata)
        .withNewSpec()
        .withBackoffLimit(config.mover().retries())
        .withTtlSecondsAfterFinished(WEEK)
        .withPodReplacementPolicy("Failed")
        .withPodFailurePolicy(failurePolicy())
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .withAnnotations(metadata.getAnnotations())
        .endMetadata()
        .withSpec(pod(order).build())
        .endTemplate()
        .endSpec()
        .build();
  }

  /**
   * A failure that another try cannot mend ends the Job; a disruption costs no try. A mover that
   * was stopped is run again: whoever wants it to end deletes the Job.
   */
  private static PodFailurePolicy failurePolicy() {
    var lasting =
        Arrays.stream(FailureKind.values())
            .filter(MoverJobs::isLasting)
            .map(FailureKind::exitCode)
            .sorted()
            .toList();
    return new PodFailurePolicyBuilder()
        .addNewRule()
        .withAction("Ignore")
        .addNewOnPodCondition()
        .withType("DisruptionTarget")
        .withStatus("True")
        .endOnPodCondition()
        .endRule()
        .addNewRule()
        .withAction("FailJob")
        .withNewOnExitCodes()
        .withContainerName(CONTAINER)
        .withOperator("In")
        .withValues(lasting)
        .endOnExitCodes()
        .endRule()
        .build();
  }

  private static boolean isLasting(FailureKind kind) {
    return switch (kind) {
      case UNAVAILABLE, INTERNAL, CANCELED -> false;
      case INVALID_REQUEST,
          UNSUPPORTED,
          ACCESS_DENIED,
          CHAIN_BROKEN,
          CORRUPT_SOURCE,
          CORRUPT_BACKUP,
          CONFLICT,
          TARGET ->
          true;
    };
  }

  private PodSpecBuilder pod(MoverOrder order) {
    var mover = config.mover();
    var pod =
        new PodSpecBuilder()
            .withRestartPolicy("Never")
            .withServiceAccountName(mover.serviceAccount())
            .withAutomountServiceAccountToken(false)
            .withEnableServiceLinks(false)
            .withTerminationGracePeriodSeconds(30L)
            .withPriorityClassName(mover.priorityClass().orElse(null))
            .withNodeSelector(mover.nodeSelector())
            .withTolerations(tolerations)
            .withImagePullSecrets(
                mover.imagePullSecrets().orElse(List.of()).stream()
                    .map(LocalObjectReference::new)
                    .toList())
            .withNewSecurityContext()
            .withRunAsNonRoot(true)
            .withRunAsUser(mover.user())
            .withRunAsGroup(mover.user())
            .withFsGroup(mover.user())
            .withFsGroupChangePolicy("OnRootMismatch")
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .endSecurityContext()
            .addNewContainer()
            .withName(CONTAINER)
            .withImage(mover.image())
            .withImagePullPolicy(mover.imagePullPolicy())
            .withArgs(
                "run", "--request", MoverPaths.TRANSFER + "/" + MoverPaths.REQUEST_KEY, "--json")
            .withEnv(
                mover.environment().entrySet().stream()
                    .map(entry -> new EnvVar(entry.getKey(), entry.getValue(), null))
                    .toList())
            .withTerminationMessagePolicy("File")
            .withNewResources()
            .addToRequests("cpu", new Quantity(mover.cpu()))
            .addToRequests("memory", memory(order))
            .addToLimits("memory", memory(order))
            .endResources()
            .withNewSecurityContext()
            .withAllowPrivilegeEscalation(false)
            .withReadOnlyRootFilesystem(true)
            .withNewCapabilities()
            .withDrop("ALL")
            .endCapabilities()
            .endSecurityContext()
            .endContainer();
    mountSecret(pod, FILES, order.name(), MoverPaths.TRANSFER);
    order
        .location()
        .credentials()
        .ifPresent(
            key -> mountKey(pod, "credentials", key.secret(), key.key(), MoverPaths.CREDENTIALS));
    order
        .location()
        .customerKey()
        .ifPresent(
            key -> mountKey(pod, "customer-key", key.secret(), key.key(), MoverPaths.CUSTOMER_KEY));
    order.volume().ifPresent(volume -> use(pod, volume));
    if (config.callback().address().isPresent()) {
      mountToken(pod);
    }
    return pod;
  }

  private static Quantity memory(MoverOrder order) {
    return new Quantity(Math.ceilDiv(order.memory().containerLimit(), 1 << 20) + "Mi");
  }

  private static void mountSecret(PodSpecBuilder pod, String name, String secret, String path) {
    pod.addNewVolume()
        .withName(name)
        .withNewSecret()
        .withSecretName(secret)
        .withDefaultMode(0440)
        .endSecret()
        .endVolume();
    mount(pod, name, path, true);
  }

  /** One key alone: the secret may hold more than concerns a mover. */
  private static void mountKey(
      PodSpecBuilder pod, String name, String secret, String key, String path) {
    pod.addNewVolume()
        .withName(name)
        .withNewSecret()
        .withSecretName(secret)
        .withDefaultMode(0440)
        .addNewItem()
        .withKey(key)
        .withPath(key)
        .endItem()
        .endSecret()
        .endVolume();
    mount(pod, name, path, true);
  }

  private void mountToken(PodSpecBuilder pod) {
    pod.addNewVolume()
        .withName(TOKEN)
        .withNewProjected()
        .withDefaultMode(0440)
        .addNewSource()
        .withNewServiceAccountToken()
        .withAudience(config.callback().audience())
        .withExpirationSeconds((long) TOKEN_SECONDS)
        .withPath(TOKEN)
        .endServiceAccountToken()
        .endSource()
        .endProjected()
        .endVolume();
    mount(pod, TOKEN, MoverPaths.TOKEN_FOLDER, true);
  }

  private static void use(PodSpecBuilder pod, MoverVolume volume) {
    pod.addNewVolume()
        .withName("data")
        .withNewPersistentVolumeClaim(volume.claim(), volume.isReadOnly())
        .endVolume();
    if (volume.isBlock()) {
      pod.editFirstContainer()
          .addNewVolumeDevice()
          .withName("data")
          .withDevicePath(volume.path())
          .endVolumeDevice()
          .endContainer();
    } else {
      mount(pod, "data", volume.path(), volume.isReadOnly());
    }
  }

  private static void mount(PodSpecBuilder pod, String name, String path, boolean isReadOnly) {
    pod.editFirstContainer()
        .addNewVolumeMount()
        .withName(name)
        .withMountPath(path)
        .withReadOnly(isReadOnly)
        .endVolumeMount()
        .endContainer();
  }
}
