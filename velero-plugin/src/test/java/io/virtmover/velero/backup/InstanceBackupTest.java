// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.velero.item.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstanceBackupTest {
  private final Shop shop = new Shop();

  @ParameterizedTest
  @CsvSource({"true, true, 0", "false, true, 1", "false, false, 0"})
  void shouldTellOfAnInstanceWithoutAVmWhoseDisksAreHandedOver(
      boolean hasVm, boolean isHandedOver, int warnings) {
    // given
    var instance =
        Yaml.object(
            """
            kind: VirtualMachineInstance
            metadata: {name: lone, namespace: shop}
            spec: {volumes: [{name: root, persistentVolumeClaim: {claimName: db-root}}]}
            """);
    if (hasVm) {
      instance
          .withObject("/metadata")
          .putArray("ownerReferences")
          .addObject()
          .put("kind", "VirtualMachine")
          .put("name", "lone");
    }
    if (!isHandedOver) {
      shop.policy("version: v1");
    }

    // when
    var result =
        new InstanceBackup(shop.surroundings, new Assessor(shop.surroundings))
            .execute(instance, shop.backup);

    // then
    assertThat(result.item()).isSameAs(instance);
    assertThat(shop.log.reasons()).hasSize(warnings).allMatch(WarningReason.NO_VM.word()::equals);
  }

  @Test
  void shouldNotFailBecauseOfAPolicyThatCannotBeRead() {
    // given
    shop.policy("version: v9");
    var instance =
        Yaml.object(
            """
            metadata: {name: lone, namespace: shop}
            spec: {volumes: [{name: root, persistentVolumeClaim: {claimName: db-root}}]}
            """);

    // when
    var result =
        new InstanceBackup(shop.surroundings, new Assessor(shop.surroundings))
            .execute(instance, shop.backup);

    // then
    assertThat(result.item()).isSameAs(instance);
  }
}
