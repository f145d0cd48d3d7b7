// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.velero.action.ResourceIdentifier;
import io.virtmover.velero.item.Kinds;
import io.virtmover.velero.item.Yaml;
import io.virtmover.velero.kubernetes.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VmRestoreTest {
  private final Cellar cellar = new Cellar();
  private final VmRestore action = new VmRestore(cellar.surroundings);

  private static ObjectNode vm(String spec) {
    return Yaml.object(
        """
        kind: VirtualMachine
        metadata:
          name: db
          namespace: shop
          annotations:
            virtmover.io/vm-name: db
            virtmover.io/data-upload: du-1
            virtmover.io/claims: db-root
        spec: {%s}
        """
            .formatted(spec));
  }

  private ObjectNode restored(ObjectNode vm) {
    return action.execute(vm.deepCopy(), vm, cellar.restore).item();
  }

  @ParameterizedTest
  @CsvSource({
    "running: true, Always, running",
    "runStrategy: Always, Always, runStrategy",
    "runStrategy: RerunOnFailure, RerunOnFailure, runStrategy",
    "runStrategy: Once, Once, runStrategy"
  })
  void shouldHaltAVmAndRememberHowItRan(String spec, String strategy, String source) {
    // when
    var vm = restored(vm(spec));

    // then
    assertThat(vm.path("spec")).isEqualTo(Yaml.object("runStrategy: Halted"));
    assertThat(vm.at("/metadata/annotations"))
        .isEqualTo(
            Yaml.object(
                """
                virtmover.io/original-run-strategy: %s
                virtmover.io/original-run-strategy-source: %s
                virtmover.io/awaited-claims: db-root
                """
                    .formatted(strategy, source)));
  }

  @ParameterizedTest
  @CsvSource({"runStrategy: Halted", "runStrategy: Manual", "running: false"})
  void shouldLeaveAVmThatDoesNotStartByItself(String spec) {
    // when
    var vm = restored(vm(spec));

    // then
    assertThat(vm.path("spec")).isEqualTo(Yaml.object(spec));
    assertThat(vm.at("/metadata/annotations")).isEmpty();
  }

  @Test
  void shouldWaitForTheClaimsOnlyThatWereNotThere() {
    // given
    cellar.withClaim("shop", "db-root");
    var vm = vm("runStrategy: Always");
    vm.withObject("/metadata")
        .withObject("/annotations")
        .put("virtmover.io/claims", "db-root,db-data,db-log");

    // when
    var restored = restored(vm);

    // then
    assertThat(restored.at("/metadata/annotations/virtmover.io~1awaited-claims").asText())
        .isEqualTo("db-data,db-log");
  }

  @Test
  void shouldHaveAVmThatWasStillHaltedWaitForTheClaimsOfThisRestore() {
    // given
    var vm = vm("runStrategy: Halted");
    vm.withObject("/metadata")
        .withObject("/annotations")
        .put("virtmover.io/original-run-strategy", "Always")
        .put("virtmover.io/awaited-claims", "old");

    // when
    var restored = restored(vm);

    // then
    assertThat(restored.at("/metadata/annotations/virtmover.io~1awaited-claims").asText())
        .isEqualTo("db-root");
  }

  @ParameterizedTest
  @CsvSource({
    "includedResources, vm, Always",
    "excludedResources, 'persistentvolumeclaim*', Always",
    "excludedResources, secrets, Halted"
  })
  void shouldNotWaitForClaimsThatTheRestoreLeavesOut(String field, String words, String strategy) {
    // given
    cellar.restore.withObject("/spec").putArray(field).add(words);

    // when
    var vm = restored(vm("runStrategy: Always"));

    // then
    assertThat(vm.at("/spec/runStrategy").asText()).isEqualTo(strategy);
  }

  @Test
  void shouldRememberWhatEarlierActionsMadeOfIt() {
    // given
    var saved = vm("runStrategy: Manual");

    // when
    var vm = action.execute(vm("runStrategy: Always"), saved, cellar.restore).item();

    // then
    assertThat(vm.at("/metadata/annotations/virtmover.io~1original-run-strategy").asText())
        .isEqualTo("Always");
  }

  @Test
  void shouldHaltAVmWhoseClaimWaitsForItsDisk() {
    // given
    var _ =
        new ClaimRestore(cellar.surroundings)
            .execute(Cellar.claim(), Cellar.claim(), cellar.restore);
    cellar.withClaim("shop", "db-root");

    // when
    var vm = restored(vm("runStrategy: Always"));

    // then
    assertThat(vm.at("/spec/runStrategy").asText()).isEqualTo("Halted");
  }

  @Test
  void shouldHaltAVmWhoseClaimIsBeingDeleted() {
    // given
    cellar.withGoingClaim();

    // when
    var vm = restored(vm("runStrategy: Always"));

    // then
    assertThat(vm.at("/spec/runStrategy").asText()).isEqualTo("Halted");
  }

  /** Nothing else would tell of it: Velero only warns of an item that the Backup does not have. */
  @Test
  void shouldFailAVmThatWaitsForADiskThatNothingBrings() {
    // given
    cellar.mapped();
    var operation = haltedInCopy();

    // when
    var progress = action.progress(operation, cellar.restore);

    // then
    assertThat(progress.completed()).isTrue();
    assertThat(progress.error())
        .hasValueSatisfying(
            error ->
                assertThat(error)
                    .contains(
                        "VM copy/db stays halted", "its claims [db-root]", "not in the Backup"));
  }

  @Test
  void shouldEndWellForAVmWhoseDisksAreOnTheirWay() {
    // given
    cellar.mapped();
    var operation = haltedInCopy();
    var _ =
        new ClaimRestore(cellar.surroundings)
            .execute(Cellar.claim(), Cellar.claim(), cellar.restore);

    // when
    var progress = action.progress(operation, cellar.restore);

    // then
    assertThat(progress.completed()).isTrue();
    assertThat(progress.error()).isEmpty();
    assertThat(progress.done()).isEqualTo(progress.total());
  }

  @Test
  void shouldAskAgainWhatAVmWaitsForWhenTheApiServerDoesNotAnswer() {
    // given
    var operation = haltedInCopy();
    cellar.kubernetes.stumble();

    // when
    var progress = action.progress(operation, cellar.restore);

    // then
    assertThat(progress.completed()).isFalse();
  }

  private String haltedInCopy() {
    var saved = vm("runStrategy: Always");
    var result = action.execute(saved.deepCopy(), saved, cellar.restore);
    var made = result.item().deepCopy();
    made.withObject("/metadata").put("namespace", "copy");
    cellar.kubernetes.with(ResourceType.VIRTUAL_MACHINES, made);
    return result.operationId().orElseThrow();
  }

  @Test
  void shouldNotHaltAVmWhoseDisksAreAllThere() {
    // given
    cellar.withClaim("shop", "db-root");

    // when
    var vm = restored(vm("runStrategy: Always"));

    // then
    assertThat(vm.path("spec")).isEqualTo(Yaml.object("runStrategy: Always"));
  }

  @ParameterizedTest
  @CsvSource({"2026-01-01T00:00:00Z, Halted", "2025-12-31T23:59:59Z, Always"})
  void shouldHaltAVmWhoseClaimThisRestoreMadeWithoutItsDisk(String created, String strategy) {
    // given
    cellar.kubernetes.with(
        ResourceType.CLAIMS,
        Yaml.object(
            """
            metadata:
              name: db-root
              namespace: shop
              creationTimestamp: "%s"
              labels: {velero.io/restore-name: restore-7}
            """
                .formatted(created)));

    // when
    var vm = restored(vm("runStrategy: Always"));

    // then
    assertThat(vm.at("/spec/runStrategy").asText()).isEqualTo(strategy);
  }

  @ParameterizedTest
  @CsvSource({"'', Halted", "pv-9, Always"})
  void shouldHaltAVmWhoseClaimWaitsForAnotherRestore(String volume, String strategy) {
    // given
    cellar.withWaitingClaim(volume);

    // when
    var vm = restored(vm("runStrategy: Always"));

    // then
    assertThat(vm.at("/spec/runStrategy").asText()).isEqualTo(strategy);
  }

  @Test
  void shouldNotHaltAVmThatGetsNoData() {
    // given
    cellar.restore.withObject("/spec").put("restorePVs", false);

    // when
    var vm = restored(vm("runStrategy: Always"));

    // then
    assertThat(vm.path("spec")).isEqualTo(Yaml.object("runStrategy: Always"));
  }

  @Test
  void shouldRestoreTheClaimsFirst() {
    // when
    var items =
        action
            .execute(vm("runStrategy: Always"), vm("runStrategy: Always"), cellar.restore)
            .additionalItems();

    // then
    assertThat(items)
        .containsExactly(new ResourceIdentifier("", "persistentvolumeclaims", "shop", "db-root"));
  }

  @Test
  void shouldMoveTemplatesToTheNewNamespaceAndKeepIdentities() {
    // given
    cellar.mapped();
    var vm =
        vm(
            "runStrategy: Manual, dataVolumeTemplates: [{metadata: {name: db-root, namespace: shop}}, {metadata: {name: x}}],"
                + " template: {spec: {domain: {firmware: {uuid: u}, devices: {interfaces: [{macAddress: m}]}}}}");
    var wanted = vm.path("spec").deepCopy();
    ((ObjectNode) wanted.at("/dataVolumeTemplates/0/metadata")).put("namespace", "copy");

    // when
    var restored = restored(vm);

    // then
    assertThat(restored.path("spec")).isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource({"true, db-large-1", "false, ''"})
  void shouldKeepTheInstanceTypesRevisionThatIsThere(boolean isThere, String revision) {
    // given
    if (isThere) {
      cellar.kubernetes.with(
          Kinds.CONTROLLER_REVISIONS, Yaml.object("metadata: {name: db-large-1, namespace: shop}"));
    }
    var saved = vm("runStrategy: Manual, instancetype: {name: large}");
    saved.set(
        "status", Yaml.object("instancetypeRef: {controllerRevisionRef: {name: db-large-1}}"));

    // when
    var vm = restored(saved);

    // then
    assertThat(vm.at("/spec/instancetype/revisionName").asText()).isEqualTo(revision);
  }

  @Test
  void shouldLeaveVmsThatAreNotOurs() {
    // given
    var vm = vm("runStrategy: Always");
    vm.withObject("/metadata").remove("annotations");

    // when
    var result = action.execute(vm.deepCopy(), vm, cellar.restore);

    // then
    assertThat(result.item()).isEqualTo(vm);
    assertThat(result.additionalItems()).isEmpty();
    assertThat(cellar.kubernetes.calls()).isEmpty();
  }
}
