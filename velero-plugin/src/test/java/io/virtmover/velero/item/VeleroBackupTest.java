// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.item;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VeleroBackupTest {
  private static VeleroBackup backup(String spec) {
    return VeleroBackup.of(
        Yaml.object(
            "metadata: {name: nightly, uid: u, namespace: velero}\nspec: {%s}".formatted(spec)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; false",
        "'includedResources: [pvc, vm]'; false",
        "'includedResources: [\"*\"]'; false",
        "'includedResources: [VirtualMachines.kubevirt.io]'; false",
        "'includedResources: [pvc, pv]'; true",
        "'includedNamespaceScopedResources: [pvc]'; true",
        "'excludedResources: [secrets]'; false",
        "'excludedResources: [virtualmachines]'; true",
        "'excludedNamespaceScopedResources: [\"*\"]'; true"
      })
  void shouldKnowWhetherItsFiltersLeaveVmsOut(String spec, boolean isOut) {
    // when
    var leavesOut = backup(spec).leavesOut(Kinds.VM_WORDS);

    // then
    assertThat(leavesOut).isEqualTo(isOut);
  }

  @Test
  void shouldHaveVelerosDefaults() {
    // when
    var backup = backup("");

    // then
    assertThat(backup.movesData()).isFalse();
    assertThat(backup.takesSnapshots()).isTrue();
    assertThat(backup.wantsObjectsOnly()).isFalse();
    assertThat(backup.operationTimeout()).isEqualTo("4h0m0s");
    assertThat(backup.policy()).isEmpty();
    assertThat(backup.isFinalizing()).isFalse();
  }

  @Test
  void shouldKnowItsPolicyWhateverTheCaseOfItsKind() {
    // when
    var policy = backup("resourcePolicy: {kind: configmap, name: p}").policy();

    // then
    assertThat(policy).contains("p");
  }
}
