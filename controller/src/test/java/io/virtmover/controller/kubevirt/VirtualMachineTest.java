// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.virtmover.controller.kubevirt.VirtualMachine.Volume;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualMachineTest {
  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  void aVm_hasTheVolumesThatKubeVirtBacksUp() throws IOException {
    // when
    var machine =
        read(
            """
            metadata:
              namespace: orders
              name: web-7
              uid: u
              annotations: {virtmover.io/force-full-backup: "true"}
            spec:
              template:
                spec:
                  volumes:
                  - {name: root, persistentVolumeClaim: {claimName: web-7-root}}
                  - {name: data, dataVolume: {name: web-7-data}}
                  - {name: host, hostDisk: {path: /disk.img, type: Disk}}
                  - {name: cd, containerDisk: {image: x}}
                  - {name: init, cloudInitNoCloud: {userData: x}}
                  - {name: temp, ephemeral: {persistentVolumeClaim: {claimName: y}}}
                  - {name: dump, memoryDump: {claimName: z}}
                  - {name: empty, emptyDisk: {capacity: 1Gi}}
            status: {changedBlockTracking: {state: Enabled}}
            """);

    // then
    assertThat(machine.ref()).isEqualTo(new VmRef("orders", "web-7"));
    assertThat(machine.uid()).isEqualTo("u");
    assertThat(machine.isRunning()).isFalse();
    assertThat(machine.tracking()).contains("Enabled");
    assertThat(machine.annotations()).isEqualTo(Map.of("virtmover.io/force-full-backup", "true"));
    assertThat(machine.volumes())
        .containsExactly(
            new Volume(new VolumeName("root"), Optional.of("web-7-root")),
            new Volume(new VolumeName("data"), Optional.of("web-7-data")),
            new Volume(new VolumeName("host"), Optional.empty()));
  }

  @Test
  void aVmThatRuns_isWhatItsGuestHas() throws IOException {
    // given
    var vm =
        YAML.readTree(
            """
            metadata: {namespace: orders, name: web-7, uid: u}
            spec: {template: {spec: {volumes: [{name: later, hostDisk: {}}]}}}
            status: {changedBlockTracking: {state: Enabled}}
            """);
    var instance =
        YAML.readTree(
            """
            metadata: {namespace: orders, name: web-7, uid: i}
            spec: {volumes: [{name: now, persistentVolumeClaim: {claimName: c}}]}
            status: {changedBlockTracking: {state: PendingRestart}}
            """);

    // when
    var machine = VirtualMachine.read(vm, Optional.of(instance));

    // then
    assertThat(machine.uid()).isEqualTo("u");
    assertThat(machine.isRunning()).isTrue();
    assertThat(machine.tracking()).contains("PendingRestart");
    assertThat(machine.volumes())
        .containsExactly(new Volume(new VolumeName("now"), Optional.of("c")));
  }

  @Test
  void theSizeOfADisk_isReadWhereItIsThere() throws IOException {
    // given
    var vm = YAML.readTree("metadata: {namespace: orders, name: web-7, uid: u}");
    var instance =
        YAML.readTree(
            """
            spec:
              volumes:
              - {name: told, persistentVolumeClaim: {claimName: a}}
              - {name: odd, persistentVolumeClaim: {claimName: b}}
              - {name: none, persistentVolumeClaim: {claimName: c}}
              - {name: unlisted, persistentVolumeClaim: {claimName: d}}
            status:
              volumeStatus:
              - {name: told, size: 1073741824}
              - {name: odd, size: 1073741825}
              - {name: none, persistentVolumeClaimInfo: {capacity: {storage: 2Gi}}}
              - {name: another, size: 512}
            """);

    // when
    var machine = VirtualMachine.read(vm, Optional.of(instance));

    // then
    assertThat(machine.volumes())
        .extracting(Volume::size)
        .containsExactly(
            OptionalLong.of(1 << 30),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Enabled", "Initializing"})
  void aVmThatIsOff_isKubeVirtsToRefuse(String state) throws IOException {
    // when
    var machine = tracked("state: " + state);

    // then
    assertThatCode(machine::checkTracked).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "state: PendingRestart, INVALID_REQUEST, begins when it is restarted",
    "state: Disabled, INVALID_REQUEST, is off",
    "'', INVALID_REQUEST, is off",
    "state: IncrementalBackupFeatureGateDisabled, UNSUPPORTED, feature gate"
  })
  void aVmThatIsNotTracked_isRefused(String state, FailureKind kind, String words)
      throws IOException {
    // when
    var machine = tracked(state);

    // then
    assertThatThrownBy(machine::checkTracked)
        .isInstanceOfSatisfying(VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(words);
  }

  private static VirtualMachine tracked(String state) throws IOException {
    return read(
        """
        metadata: {namespace: orders, name: web-7, uid: u}
        spec: {template: {spec: {volumes: [{name: root, hostDisk: {}}]}}}
        status: {changedBlockTracking: {%s}}
        """
            .formatted(state));
  }

  @Test
  void aVmWithoutAnything_hasNothingToBackUp() throws IOException {
    // when
    var machine = read("metadata: {namespace: orders, name: web-7, uid: u}");

    // then
    assertThat(machine.volumes()).isEmpty();
    assertThat(machine.tracking()).isEmpty();
    assertThat(machine.annotations()).isEmpty();
    assertThatThrownBy(machine::checkTracked)
        .hasMessage("VM orders/web-7 has no disk that KubeVirt backs up.");
  }

  @ParameterizedTest
  @CsvSource({
    "'{}', 2026-03-01T02:00:00Z",
    "'{complete: false}', 2026-03-01T02:00:00Z",
    "'{complete: true, restoreTime: \"2026-03-02T02:00:00Z\"}', 2026-03-02T02:00:00Z"
  })
  void aRestoreThatWaited_countsFromItsEnd(String status, Instant at) throws IOException {
    assertThat(
            KubeVirt.restored(
                YAML.readTree(
                    "{metadata: {creationTimestamp: '2026-03-01T02:00:00Z'}, status: %s}"
                        .formatted(status))))
        .isEqualTo(at);
  }

  private static VirtualMachine read(String yaml) throws IOException {
    return VirtualMachine.read(YAML.readTree(yaml), Optional.empty());
  }
}
