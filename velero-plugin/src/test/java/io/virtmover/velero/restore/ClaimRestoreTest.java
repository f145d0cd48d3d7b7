// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.item.Kinds;
import io.virtmover.velero.item.Yaml;
import io.virtmover.velero.kubernetes.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimRestoreTest {
  private final Cellar cellar = new Cellar();
  private final ClaimRestore action = new ClaimRestore(cellar.surroundings);

  @Test
  void shouldAskForADownloadIntoTheMappedNamespace() {
    // given
    cellar.mapped();

    // when
    var result = action.execute(Cellar.claim(), Cellar.claim(), cellar.restore);

    // then
    var downloads = cellar.kubernetes.all(ResourceType.DATA_DOWNLOADS);
    assertThat(downloads).hasSize(1);
    var name = downloads.getFirst().at("/metadata/name").asText();
    assertThat(name).matches("dd-restore-7-shop-db-root-[0-9a-f]{8}");
    assertThat(downloads.getFirst())
        .isEqualTo(
            Yaml.object(
                """
                apiVersion: velero.io/v2alpha1
                kind: DataDownload
                metadata:
                  name: %s
                  namespace: velero
                  labels:
                    velero.io/backup-name: nightly-1
                    velero.io/restore-name: restore-7
                    velero.io/restore-uid: r-1
                    velero.io/async-operation-id: dd-r-1.c-1
                  annotations:
                    virtmover.io/vm-name: db
                    virtmover.io/vm-namespace: shop
                  ownerReferences:
                  - {apiVersion: velero.io/v1, kind: Restore, name: restore-7, uid: r-1, controller: true}
                spec:
                  targetVolume: {pvc: db-root, pv: "", namespace: copy}
                  datamover: cnv
                  backupStorageLocation: copy
                  snapshotID: virtmover:1:nightly-1/shop/db
                  sourceNamespace: shop
                  operationTimeout: 3h0m0s
                  cancel: false
                """
                    .formatted(name)));
    assertThat(result.operationId()).contains("dd-r-1.c-1");
    assertThat(result.skipRestore()).isFalse();
  }

  @Test
  void shouldHaveTheClaimWait() {
    // when
    var claim = action.execute(Cellar.claim(), Cellar.claim(), cellar.restore).item();

    // then
    assertThat(claim.at("/spec"))
        .isEqualTo(
            Yaml.object(
                """
                storageClassName: fast
                resources: {requests: {storage: 10Gi}}
                selector:
                  matchLabels:
                    velero.io/dynamic-pv-restore: %s
                """
                    .formatted(
                        claim
                            .at("/spec/selector/matchLabels/velero.io~1dynamic-pv-restore")
                            .asText())));
    assertThat(claim.at("/spec/selector/matchLabels/velero.io~1dynamic-pv-restore").asText())
        .matches("shop\\.db-root\\.[0-9a-f]{5}");
    assertThat(claim.at("/metadata/annotations")).isEqualTo(Yaml.object("kept: 'yes'"));
  }

  @Test
  void shouldReadTheMarkFromTheBackupWhateverEarlierActionsTookOff() {
    // given
    var item = Cellar.claim();
    item.withObject("/metadata").remove("annotations");

    // when
    var result = action.execute(item, Cellar.claim(), cellar.restore);

    // then
    assertThat(result.operationId()).isPresent();
  }

  @Test
  void shouldAskOnlyOnce() {
    // given
    var first = action.execute(Cellar.claim(), Cellar.claim(), cellar.restore);
    cellar.withClaim("shop", "db-root");

    // when
    var again = action.execute(Cellar.claim(), Cellar.claim(), cellar.restore);

    // then
    assertThat(again).isEqualTo(first);
    assertThat(cellar.kubernetes.all(ResourceType.DATA_DOWNLOADS)).hasSize(1);
  }

  @Test
  void shouldWriteOverNothing() {
    // given
    cellar.withClaim("shop", "db-root");

    // when
    var result = action.execute(Cellar.claim(), Cellar.claim(), cellar.restore);

    // then
    assertThat(result.operationId()).isEmpty();
    assertThat(cellar.kubernetes.all(ResourceType.DATA_DOWNLOADS)).isEmpty();
  }

  @Test
  void shouldSayThatAClaimIsBeingDeleted() {
    // given
    cellar.withGoingClaim();

    // then
    assertThatThrownBy(() -> action.execute(Cellar.claim(), Cellar.claim(), cellar.restore))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("Claim shop/db-root is there, but is being deleted")
        .hasMessageContaining("Wait until it is gone, and restore again");
    assertThat(cellar.kubernetes.all(ResourceType.DATA_DOWNLOADS)).isEmpty();
  }

  /** Kubernetes deletes it a moment later, behind its DataVolume and its VM. */
  @ParameterizedTest
  @CsvSource({
    "dv-1, vm-1, '', false",
    "dv-1, vm-1, 2026-01-01T00:00:00Z, true",
    "dv-1, vm-2, '', true",
    "dv-2, vm-1, '', true"
  })
  void shouldNotTakeAClaimForOneThatStaysWhoseVmIsGone(
      String dataVolume, String vm, String deleted, boolean isGoing) {
    // given
    cellar.withClaimOf("{kind: DataVolume, name: db-root, uid: dv-1, controller: true}");
    cellar.kubernetes.with(
        Kinds.DATA_VOLUMES,
        Yaml.object(
            """
            metadata:
              name: db-root
              namespace: shop
              uid: %s
              ownerReferences: [{kind: VirtualMachine, name: db, uid: vm-1, controller: true}]
            """
                .formatted(dataVolume)));
    cellar.kubernetes.with(
        ResourceType.VIRTUAL_MACHINES,
        Yaml.object(
            "metadata: {name: db, namespace: shop, uid: %s%s}"
                .formatted(vm, deleted.isEmpty() ? "" : ", deletionTimestamp: '" + deleted + "'")));

    // when
    var failure =
        catchThrowable(() -> action.execute(Cellar.claim(), Cellar.claim(), cellar.restore));

    // then
    if (isGoing) {
      assertThat(failure).hasMessageContaining("is being deleted");
    } else {
      assertThat(failure).isNull();
    }
  }

  @Test
  void shouldSayThatAClaimWaitsForAnotherRestore() {
    // given
    cellar.withWaitingClaim("");

    // then
    assertThatThrownBy(() -> action.execute(Cellar.claim(), Cellar.claim(), cellar.restore))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("Claim shop/db-root is there already, but without data")
        .hasMessageContaining("delete the claim and restore again");
    assertThat(cellar.kubernetes.all(ResourceType.DATA_DOWNLOADS)).isEmpty();
  }

  @Test
  void shouldLeaveAWaitingClaimWhenNoDataIsWanted() {
    // given
    cellar.withWaitingClaim("").restore.withObject("/spec").put("restorePVs", false);

    // when
    var result = action.execute(Cellar.claim(), Cellar.claim(), cellar.restore);

    // then
    assertThat(result.item().path("spec")).isEqualTo(Cellar.claim().path("spec"));
    assertThat(result.operationId()).isEmpty();
  }

  @Test
  void shouldWriteOverNothingThatAnotherRestoreHasFinished() {
    // given
    cellar.withWaitingClaim("pv-9");

    // when
    var result = action.execute(Cellar.claim(), Cellar.claim(), cellar.restore);

    // then
    assertThat(result.operationId()).isEmpty();
  }

  @Test
  void shouldRestoreNoDataWhenNoneIsWanted() {
    // given
    cellar.restore.withObject("/spec").put("restorePVs", false);

    // when
    var result = action.execute(Cellar.claim(), Cellar.claim(), cellar.restore);

    // then
    assertThat(result.operationId()).isEmpty();
    assertThat(result.item().at("/spec"))
        .isEqualTo(Yaml.object("{storageClassName: fast, resources: {requests: {storage: 10Gi}}}"));
  }

  @Test
  void shouldLeaveClaimsThatAreNotMarked() {
    // given
    var claim = Cellar.claim();
    claim.withObject("/metadata").remove("annotations");

    // when
    var result = action.execute(claim.deepCopy(), claim, cellar.restore);

    // then
    assertThat(result.item()).isEqualTo(claim);
    assertThat(cellar.kubernetes.calls()).isEmpty();
  }

  @Test
  void shouldSayWhenTheBackupIsNotKnownHere() {
    // given
    cellar.kubernetes.delete(Kinds.BACKUPS, "velero", "nightly-1");

    // then
    assertThatThrownBy(() -> action.execute(Cellar.claim(), Cellar.claim(), cellar.restore))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("There is no Backup nightly-1 in namespace velero");
  }

  @Test
  void shouldStopADownload() {
    // given
    var operation =
        action.execute(Cellar.claim(), Cellar.claim(), cellar.restore).operationId().orElseThrow();

    // when
    action.cancel(operation, cellar.restore);

    // then
    assertThat(
            cellar
                .kubernetes
                .all(ResourceType.DATA_DOWNLOADS)
                .getFirst()
                .at("/spec/cancel")
                .asBoolean())
        .isTrue();
    assertThat(action.progress(operation, cellar.restore).completed()).isFalse();
  }
}
