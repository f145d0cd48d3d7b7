// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.transfer.DiskNeed;
import io.virtmover.transfer.MoverMemory;
import io.virtmover.transfer.Restore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code -Dgolden.rewrite=true} writes the Jobs anew; the difference is to be reviewed. */
class MoverJobsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final Map<String, String> SETTINGS =
      Map.of(
          "mover.image", "registry.example/virtmover-agent:1",
          "mover.image-pull-secrets", "registry",
          "mover.priority-class", "backups",
          "mover.tolerations", "[{\"key\": \"backup\", \"operator\": \"Exists\"}]",
          "mover.node-selector.\"kubernetes.io/os\"", "linux",
          "mover.labels.team", "storage",
          "mover.environment.HTTPS_PROXY", "http://proxy.example:3128",
          "callback.address", "https://virtmover.velero.svc:8443");

  /** The task is in the secret; the Job depends on what it takes alone. */
  private static final Restore TASK =
      new Restore(
          new BackupName("night-1"),
          new VolumeName("rootdisk"),
          Path.of(MoverPaths.DEVICE),
          Restore.Engine.NATIVE,
          OptionalLong.empty());

  static Stream<Arguments> orders() {
    var key = Optional.of(new LocationAccess.SecretKey("bucket", "cloud"));
    var customerKey = Optional.of(new LocationAccess.SecretKey("encryption", "key"));
    var volume = new MoverVolume("du-night-1-0a1b2c3d4e", MoverPaths.VOLUME, false, true);
    var device = new MoverVolume("dd-restore-7-0a1b2c3d4e", MoverPaths.DEVICE, true, false);
    return Stream.of(
        arguments(
            "mover-job-pull.yaml",
            SETTINGS,
            order(
                upload(),
                location(key, customerKey),
                Optional.empty(),
                MoverMemory.ofBackup(List.of(DiskNeed.ofSize(4L << 40))))),
        arguments(
            "mover-job-push.yaml",
            Map.of(),
            order(
                upload(),
                location(key, Optional.empty()),
                Optional.of(volume),
                MoverMemory.ofBackup(List.of()))),
        arguments(
            "mover-job-restore-block.yaml",
            SETTINGS,
            order(
                download(),
                location(Optional.empty(), Optional.empty()),
                Optional.of(device),
                MoverMemory.ofRestore())));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void theJobOfAnOrder_isAsReviewed(String name, Map<String, String> settings, MoverOrder order)
      throws IOException {
    // when
    var yaml = YAML.asYaml(new MoverJobs(SomeConfig.with(settings)).job(order));

    // then
    var golden = GOLDEN.resolve(name);
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.writeString(golden, yaml);
    }
    assertThat(yaml).isEqualTo(Files.readString(golden));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void aJob_tellsWhetherItsMoverWorksOnAClaim(
      String name, Map<String, String> settings, MoverOrder order) {
    assertThat(MoverJobs.usesClaim(new MoverJobs(SomeConfig.with(settings)).job(order)))
        .as(name)
        .isEqualTo(order.volume().isPresent());
  }

  @Test
  void noSetting_replacesALabelOfOurs() {
    // given
    var order =
        order(
            upload(),
            location(Optional.empty(), Optional.empty()),
            Optional.empty(),
            MoverMemory.ofRestore());
    var ours = new MoverJobs(SomeConfig.with(Map.of())).job(order).getMetadata().getLabels();
    var settings = new HashMap<String, String>();
    ours.keySet().forEach(key -> settings.put("mover.labels.\"%s\"".formatted(key), "mine"));

    // when
    var job = new MoverJobs(SomeConfig.with(settings)).job(order);

    // then
    assertThat(ours).isNotEmpty();
    assertThat(job.getMetadata().getLabels()).isEqualTo(ours);
    assertThat(job.getSpec().getTemplate().getMetadata().getLabels()).isEqualTo(ours);
  }

  @ParameterizedTest
  @MethodSource("orders")
  void everyJob_keepsTheRestrictedPodSecurityStandard(
      String name, Map<String, String> settings, MoverOrder order) {
    // when
    var pod = pod(settings, order);

    // then
    assertThat(pod.getHostNetwork()).as(name).isNull();
    assertThat(pod.getHostPID()).isNull();
    assertThat(pod.getHostIPC()).isNull();
    assertThat(pod.getInitContainers()).isEmpty();
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getVolumes())
        .allMatch(
            volume ->
                volume.getSecret() != null
                    || volume.getProjected() != null
                    || volume.getPersistentVolumeClaim() != null);
    assertThat(pod.getContainers()).hasSize(1);
    var container = pod.getContainers().getFirst();
    assertThat(container.getPorts()).isEmpty();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getPrivileged()).isNull();
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getSecurityContext().getCapabilities().getAdd()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("orders")
  void aVolume_isMountedOrIsADevice_asItIs(
      String name, Map<String, String> settings, MoverOrder order) {
    // when
    var container = pod(settings, order).getContainers().getFirst();

    // then
    var isBlock = order.volume().filter(MoverVolume::isBlock).isPresent();
    var isMounted = order.volume().isPresent() && !isBlock;
    assertThat(container.getVolumeDevices()).as(name).hasSize(isBlock ? 1 : 0);
    assertThat(container.getVolumeMounts().stream().anyMatch(at -> at.getName().equals("data")))
        .isEqualTo(isMounted);
    assertThat(container.getVolumeMounts()).allMatch(at -> at.getReadOnly());
  }

  @Test
  void aFailureThatLasts_endsTheJobAndAnotherIsTriedAgain() {
    // given
    var order = (MoverOrder) orders().findFirst().orElseThrow().get()[2];
    var passing = List.of(FailureKind.UNAVAILABLE, FailureKind.INTERNAL, FailureKind.CANCELED);

    // when
    var rules =
        new MoverJobs(SomeConfig.with(Map.of()))
            .job(order)
            .getSpec()
            .getPodFailurePolicy()
            .getRules();

    // then
    assertThat(rules.getFirst().getAction()).isEqualTo("Ignore");
    assertThat(rules.getFirst().getOnPodConditions().getFirst().getType())
        .isEqualTo("DisruptionTarget");
    assertThat(rules.getLast().getAction()).isEqualTo("FailJob");
    assertThat(rules.getLast().getOnExitCodes().getContainerName()).isEqualTo("mover");
    assertThat(rules.getLast().getOnExitCodes().getValues())
        .isSorted()
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(FailureKind.values())
                .filter(kind -> !passing.contains(kind))
                .map(FailureKind::exitCode)
                .toList());
  }

  private static PodSpec pod(Map<String, String> settings, MoverOrder order) {
    return new MoverJobs(SomeConfig.with(settings)).job(order).getSpec().getTemplate().getSpec();
  }

  private static MoverOrder order(
      TransferObject request,
      LocationAccess location,
      Optional<MoverVolume> volume,
      MoverMemory memory) {
    return new MoverOrder(
        request.getMetadata().getName() + "-0a1b2c3d4e",
        request,
        new VmRef("orders", "web-7"),
        TASK,
        location,
        volume,
        Optional.empty(),
        memory);
  }

  private static LocationAccess location(
      Optional<LocationAccess.SecretKey> credentials,
      Optional<LocationAccess.SecretKey> customerKey) {
    return new LocationAccess(
        "default", JsonNodeFactory.instance.objectNode(), credentials, customerKey);
  }

  private static DataUpload upload() {
    var request = new DataUpload();
    request.getMetadata().setName("du-night-1");
    return labeled(request);
  }

  private static DataDownload download() {
    var request = new DataDownload();
    request.getMetadata().setName("dd-restore-7");
    return labeled(request);
  }

  private static <T extends TransferObject> T labeled(T request) {
    request.getMetadata().setNamespace("velero");
    request.getMetadata().setUid("0f2d6c1e");
    request.getMetadata().setLabels(Map.of("velero.io/backup-name", "night-1"));
    request
        .getMetadata()
        .setAnnotations(
            Map.of("virtmover.io/vm-name", "w".repeat(70), "virtmover.io/vm-namespace", "orders"));
    return request;
  }
}
