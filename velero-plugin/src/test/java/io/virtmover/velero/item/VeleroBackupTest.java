// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.item;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.velero.filter.NameFilter;
import io.virtmover.velero.filter.ResourceWords;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VeleroBackupTest {
  private static VeleroBackup backup(String spec) {
    return VeleroBackup.of(
        Yaml.object(
            "metadata: {name: nightly, uid: u, namespace: velero}\nspec: {%s}".formatted(spec)));
  }

  private static boolean leavesOut(String spec, String metadata, NameFilter policy) {
    var vm = Yaml.item("metadata: {name: db, namespace: shop%s}".formatted(metadata));
    return backup(spec).leavesOut(vm, ResourceWords.VIRTUAL_MACHINES, policy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; false",
        "'includedResources: [pvc, vm]'; false",
        "'includedResources: [\"*\"]'; false",
        "'includedResources: [VirtualMachines.kubevirt.io]'; false",
        "'includedResources: [virtualmachine.kubevirt]'; false",
        "'includedResources: [\"*.kubevirt.io\"]'; false",
        "'includedResources: [\"virtualmachine*\", pvc]'; false",
        "'includedResources: [pvc, pv]'; true",
        "'includedResources: [virtualmachines.example.org]'; true",
        "'includedResources: [\"vm*\"]'; true",
        "'excludedResources: [secrets]'; false",
        "'excludedResources: [\"*\"]'; false",
        "'excludedResources: [virtualmachines]'; true",
        "'excludedResources: [\"*.kubevirt.io\"]'; true",
        "'includedResources: [vm], excludedResources: [\"virt*\"]'; true",
        "'includedNamespaceScopedResources: [pvc]'; true",
        "'includedNamespaceScopedResources: [pvc, vms]'; false",
        "'excludedNamespaceScopedResources: [\"*\"]'; true",
        "'includeClusterResources: true, includedNamespaceScopedResources: [pvc]'; false",
        "'includedNamespaces: [shop]'; false",
        "'includedNamespaces: [\"*\"]'; false",
        "'includedNamespaces: [\"sh*\", other]'; false",
        "'includedNamespaces: [other]'; true",
        "'excludedNamespaces: [\"s?op\"]'; true",
        "'labelSelector: {matchLabels: {a: b}}'; false",
        "'orLabelSelectors: [{matchLabels: {a: b}}]'; false"
      })
  void shouldKnowWhetherItsFiltersLeaveAVmOut(String spec, boolean isOut) {
    // when
    var leavesOut = leavesOut(spec, "", NameFilter.ALL);

    // then
    assertThat(leavesOut).isEqualTo(isOut);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'labels: {velero.io/exclude-from-backup: \"true\"}'; true",
        "'labels: {velero.io/exclude-from-backup: \"yes\"}'; false",
        "'deletionTimestamp: \"2026-01-01T00:00:00Z\"'; true"
      })
  void shouldKnowWhatLeavesAVmOutByItself(String metadata, boolean isOut) {
    // when
    var leavesOut = leavesOut("", ", " + metadata, NameFilter.ALL);

    // then
    assertThat(leavesOut).isEqualTo(isOut);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; ''; vm; true",
        "''; vm; ''; false",
        "''; pvc; ''; true",
        "'includedNamespaceScopedResources: [vm]'; ''; vm; false",
        "'includedNamespaceScopedResources: [\"*\"]'; ''; vm; false",
        "'excludedNamespaceScopedResources: [vm]'; vm; ''; true",
        "'includedNamespaceScopedResources: [pvc]'; vm; ''; false",
        "'excludedResources: [secrets]'; ''; vm; false"
      })
  void shouldHeedItsPolicyWhereItSaysNothingItself(
      String spec, String included, String excluded, boolean isOut) {
    // given
    var policy = new NameFilter(list(included), list(excluded));

    // when
    var leavesOut = leavesOut(spec, "", policy);

    // then
    assertThat(leavesOut).isEqualTo(isOut);
  }

  private static List<String> list(String word) {
    return word.isEmpty() ? List.of() : List.of(word);
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
