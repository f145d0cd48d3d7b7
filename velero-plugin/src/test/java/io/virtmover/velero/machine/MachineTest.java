// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.velero.item.Yaml;
import io.virtmover.velero.machine.Volume.Kind;
import io.virtmover.velero.machine.Volume.Trait;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MachineTest {
  private static final String VM =
      """
      metadata: {name: db, namespace: shop}
      spec:
        template:
          spec:
            domain:
              devices:
                disks:
                - {name: root, disk: {}}
                - {name: quorum, disk: {}, shareable: true}
                - {name: raw, lun: {}}
                - {name: image, disk: {}}
                filesystems: [{name: shared, virtiofs: {}}]
            volumes:
            - {name: root, dataVolume: {name: db-root}}
            - {name: quorum, persistentVolumeClaim: {claimName: db-quorum}}
            - {name: raw, persistentVolumeClaim: {claimName: db-raw}}
            - {name: shared, persistentVolumeClaim: {claimName: db-shared}}
            - {name: image, containerDisk: {image: i}}
            - {name: file, hostDisk: {path: /x}}
            - {name: dump, memoryDump: {claimName: db-memory}}
            - {name: init, cloudInitNoCloud: {secretRef: {name: db-init}}}
      status: {changedBlockTracking: {state: Enabled}}
      """;

  @Test
  void shouldKnowWhatItsVolumesAre() {
    // when
    var machine = Machine.read(Yaml.item(VM), Optional.empty());

    // then
    assertThat(machine.volumes())
        .containsExactly(
            new Volume("root", Kind.CLAIM, "db-root", Set.of()),
            new Volume("quorum", Kind.CLAIM, "db-quorum", Set.of(Trait.SHAREABLE)),
            new Volume("raw", Kind.CLAIM, "db-raw", Set.of(Trait.LUN)),
            new Volume("shared", Kind.FILE_SYSTEM, "db-shared", Set.of()),
            new Volume("image", Kind.PASSING, "", Set.of()),
            new Volume("file", Kind.HOST_DISK, "", Set.of()),
            new Volume("dump", Kind.MEMORY_DUMP, "db-memory", Set.of()));
  }

  @Test
  void shouldNotRunWithoutAnInstance() {
    // when
    var machine = Machine.read(Yaml.item(VM), Optional.empty());

    // then
    assertThat(machine.isRunning()).isFalse();
    assertThat(machine.tracking()).isEqualTo("Enabled");
  }

  @Test
  void shouldBeWhatItsInstanceIs() {
    // given
    var instance =
        Yaml.item(
            """
            metadata: {name: db}
            spec:
              domain: {devices: {disks: [{name: root, disk: {}}, {name: plugged, disk: {}}]}}
              volumes:
              - {name: root, dataVolume: {name: db-root}}
              - {name: plugged, persistentVolumeClaim: {claimName: extra, hotpluggable: true}}
            status: {phase: Running, changedBlockTracking: {state: Initializing}}
            """);

    // when
    var machine = Machine.read(Yaml.item(VM), Optional.of(instance));

    // then
    assertThat(machine.isRunning()).isTrue();
    assertThat(machine.tracking()).isEqualTo("Initializing");
    assertThat(machine.volumes())
        .startsWith(
            new Volume("root", Kind.CLAIM, "db-root", Set.of()),
            new Volume("plugged", Kind.CLAIM, "extra", Set.of(Trait.PLUGGED_ONLY)));
  }

  @Test
  void shouldKnowTheClaimsThatItsInstanceDoesNotHave() {
    // given
    var instance =
        Yaml.item(
            """
            metadata: {name: db}
            spec:
              volumes:
              - {name: root, persistentVolumeClaim: {claimName: db-root}}
              - {name: raw, persistentVolumeClaim: {claimName: db-older}}
              - {name: shared, persistentVolumeClaim: {claimName: db-shared}}
            status: {phase: Running}
            """);

    // when
    var machine = Machine.read(Yaml.item(VM), Optional.of(instance));

    // then
    assertThat(machine.volumes())
        .filteredOn(volume -> volume.is(Trait.NOT_IN_GUEST))
        .extracting(Volume::claim)
        .containsExactly("db-quorum", "db-raw", "db-memory");
    assertThat(machine.volumes())
        .filteredOn(volume -> volume.is(Trait.PLUGGED_ONLY))
        .extracting(Volume::claim)
        .containsExactly("db-older");
  }

  @Test
  void shouldNameAllClaimsOfAGuest() {
    // when
    var claims = Machine.claims(Yaml.object(VM).at("/spec/template/spec"));

    // then
    assertThat(claims)
        .containsExactlyInAnyOrder("db-root", "db-quorum", "db-raw", "db-shared", "db-memory");
  }
}
