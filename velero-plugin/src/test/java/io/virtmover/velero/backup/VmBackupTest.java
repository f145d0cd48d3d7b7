// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.virtmover.velero.action.ResourceIdentifier;
import io.virtmover.velero.item.DiskMark;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.Yaml;
import io.virtmover.velero.kubernetes.ResourceType;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VmBackupTest {
  private final Shop shop = new Shop();
  private final VmBackup action = new VmBackup(shop.surroundings, new Assessor(shop.surroundings));

  @Test
  void shouldAskForOneUploadForAllDisksOfAVm() {
    // when
    var result = action.execute(Shop.vm(), shop.backup);

    // then
    var upload = shop.upload();
    var name = upload.at("/metadata/name").asText();
    assertThat(name).matches("du-nightly-1-shop-db-[0-9a-f]{8}");
    assertThat(upload)
        .isEqualTo(
            Yaml.object(
                """
                apiVersion: velero.io/v2alpha1
                kind: DataUpload
                metadata:
                  name: %s
                  namespace: velero
                  labels:
                    velero.io/backup-name: nightly-1
                    velero.io/backup-uid: b-1
                    velero.io/async-operation-id: du-b-1.v-1
                  annotations:
                    virtmover.io/vm-name: db
                    virtmover.io/vm-namespace: shop
                    virtmover.io/claims: db-root,db-data
                  ownerReferences:
                  - {apiVersion: velero.io/v1, kind: Backup, name: nightly-1, uid: b-1, controller: true}
                spec:
                  csiSnapshot: {volumeSnapshot: "", storageClass: "", snapshotClass: ""}
                  snapshotType: CSI
                  datamover: cnv
                  backupStorageLocation: default
                  sourceNamespace: shop
                  sourcePVC: db-root
                  operationTimeout: 2h0m0s
                  cancel: false
                """
                    .formatted(name)));
    assertThat(result.operationId()).contains("du-b-1.v-1");
    assertThat(shop.log.warnings()).isEmpty();
  }

  @Test
  void shouldMarkTheVmInTheBackup() {
    // when
    var item = action.execute(Shop.vm(), shop.backup).item();

    // then
    assertThat(item.at("/metadata/annotations"))
        .isEqualTo(
            Yaml.object(
                """
                virtmover.io/vm-name: db
                virtmover.io/data-upload: %s
                virtmover.io/claims: db-root,db-data
                """
                    .formatted(shop.upload().at("/metadata/name").asText())));
  }

  @Test
  void shouldHaveTheUploadAloneLookedAtAgainInTheEnd() {
    // when
    var updates = action.execute(Shop.vm(), shop.backup).itemsToUpdate();

    // then
    assertThat(updates)
        .containsExactly(
            new ResourceIdentifier(
                "velero.io", "datauploads", "velero", shop.upload().at("/metadata/name").asText()));
  }

  @Test
  void shouldTakeAlongWhatIsThere() {
    // given
    shop.kubernetes.with(
        ResourceType.CLAIMS,
        Yaml.object(
            "metadata: {name: state, namespace: shop, labels: {persistent-state-for: db}}"));

    // when
    var items = action.execute(Shop.vm(), shop.backup).additionalItems();

    // then
    assertThat(items)
        .extracting(ResourceIdentifier::resource, ResourceIdentifier::name)
        .containsExactly(
            tuple("persistentvolumeclaims", "db-root"),
            tuple("datavolumes", "db-root"),
            tuple("persistentvolumeclaims", "db-data"),
            tuple("persistentvolumeclaims", "state"));
  }

  @Test
  void shouldTakeAlongADiskThatWasPluggedIntoTheRunningVm() {
    // given
    shop.plugged("cache");

    // when
    var items = action.execute(Shop.vm(), shop.backup).additionalItems();

    // then
    assertThat(shop.upload().at("/metadata/annotations/virtmover.io~1claims").asText())
        .isEqualTo("db-root,db-data,cache");
    assertThat(items)
        .contains(new ResourceIdentifier("", "persistentvolumeclaims", "shop", "cache"));
  }

  @Test
  void shouldAskOnlyOnceHoweverOftenVeleroAsks() {
    // given
    var first = action.execute(Shop.vm(), shop.backup);
    shop.instance("Succeeded", "Enabled");

    // when
    var again =
        new VmBackup(shop.surroundings, new Assessor(shop.surroundings))
            .execute(Shop.vm(), shop.backup);

    // then
    assertThat(again).isEqualTo(first);
    assertThat(shop.kubernetes.all(ResourceType.DATA_UPLOADS)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"Succeeded, Running, 0, VmNotRunning", "Running, Succeeded, 1, "})
  void shouldStayWithWhatItsClaimsWereToldWhateverTheVmDoesInBetween(
      String before, String after, int uploads, @Nullable String reason) {
    // given
    var assessor = new Assessor(shop.surroundings);
    shop.instance(before, "Enabled");
    var claim =
        new DiskBackup(shop.surroundings, assessor)
            .execute(Shop.claimObject("db-root"), shop.backup)
            .item();
    shop.instance(after, "Enabled");

    // when
    var vm = new VmBackup(shop.surroundings, assessor).execute(Shop.vm(), shop.backup).item();

    // then
    assertThat(DiskMark.of(new Item(vm))).isEqualTo(DiskMark.of(new Item(claim)));
    assertThat(shop.kubernetes.all(ResourceType.DATA_UPLOADS)).hasSize(uploads);
    assertThat(shop.log.reasons()).isEqualTo(Stream.ofNullable(reason).toList());
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void shouldStayWithWhatThePolicySaidOfAClaimWhenVeleroListedIt(boolean isBlockAsked) {
    // given
    var assessor = new Assessor(shop.surroundings);
    shop.policy(
        """
        version: v1
        volumePolicies:
        - conditions: {pvcPhase: [Pending]}
          action: {type: skip}
        """
            + Shop.OURS.substring(Shop.OURS.indexOf("- ")));
    var listed = Shop.claimObject("db-data");
    listed.putObject("status").put("phase", "Pending");
    if (isBlockAsked) {
      var _ = new ClaimBlock(assessor).relatedItems(listed, shop.backup);
    }
    var claim =
        new DiskBackup(shop.surroundings, assessor).execute(listed.deepCopy(), shop.backup).item();

    // when
    var _ = new VmBackup(shop.surroundings, assessor).execute(Shop.vm(), shop.backup);

    // then
    assertThat(claim).isEqualTo(listed);
    assertThat(shop.upload().at("/metadata/annotations/virtmover.io~1claims").asText())
        .isEqualTo("db-root");
    assertThat(shop.log.reasons()).containsExactly("MixedPolicy");
  }

  @Test
  void shouldStartNothingWhileTheBackupIsBeingFinalized() {
    // given
    var marked = action.execute(Shop.vm(), shop.backup).item();

    // when
    var result = action.execute(Shop.vm(), shop.finalizing().backup);

    // then
    assertThat(result.operationId()).isEmpty();
    assertThat(result.item()).isEqualTo(marked);
  }

  @Test
  void shouldNotMarkAVmInTheEndThatWasNotTaken() {
    // given
    var vm = Shop.vm();
    vm.withObject("/metadata").putObject("annotations").put("virtmover.io/vm-name", "db");

    // when
    var result = action.execute(vm, shop.finalizing().backup);

    // then
    assertThat(result.item().at("/metadata/annotations")).isEmpty();
    assertThat(shop.kubernetes.all(ResourceType.DATA_UPLOADS)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Running, PendingRestart, RestartNeeded",
    "Running, IncrementalBackupFeatureGateDisabled, FeatureGateOff",
    "Running, '', NotTracked",
    "Succeeded, Enabled, VmNotRunning"
  })
  void shouldWarnAndLeaveAVmThatCannotBeBackedUp(String phase, String tracking, String reason) {
    // given
    shop.instance(phase, tracking);

    // when
    var result = action.execute(Shop.vm(), shop.backup);

    // then
    assertThat(result.item()).isEqualTo(Shop.vm());
    assertThat(result.operationId()).isEmpty();
    assertThat(shop.log.reasons()).containsExactly(reason);
    assertThat(shop.log.warnings().getFirst()).contains("db-root, db-data");
    assertThat(shop.kubernetes.all(ResourceType.DATA_UPLOADS)).isEmpty();
  }

  @Test
  void shouldWarnWhenThePolicyCannotBeRead() {
    // given
    shop.policy("version: v9");

    // when
    var result = action.execute(Shop.vm(), shop.backup);

    // then
    assertThat(result.item()).isEqualTo(Shop.vm());
    assertThat(shop.log.reasons()).containsExactly("PolicyUnusable");
    assertThat(shop.log.warnings().getFirst())
        .contains("The volume policy in the ConfigMap policy cannot be used: its version is 'v9'");
  }

  @Test
  void shouldNotTakeAVmWhoseClaimAnotherVmNames() {
    // given
    var other = Shop.vm();
    other.withObject("/metadata").put("name", "db-2").put("uid", "v-2");
    shop.kubernetes.with(ResourceType.VIRTUAL_MACHINES, other);

    // when
    var result = action.execute(Shop.vm(), shop.backup);

    // then
    assertThat(result.operationId()).isEmpty();
    assertThat(shop.log.reasons()).containsExactly("SharedDisk");
  }

  @Test
  void shouldLeaveTheDisksToVeleroThatThePolicyGivesIt() {
    // given
    shop.policy(
        """
        version: v1
        volumePolicies:
        - conditions: {storageClass: [class-db-data]}
          action: {type: snapshot}
        - conditions: {}
          action: {type: custom, parameters: {datamover: cnv}}
        """);

    // when
    var _ = action.execute(Shop.vm(), shop.backup);

    // then
    assertThat(shop.upload().at("/metadata/annotations/virtmover.io~1claims").asText())
        .isEqualTo("db-root");
    assertThat(shop.log.reasons()).containsExactly("MixedPolicy");
  }

  @Test
  void shouldLeaveAVmWhoseClaimsAreNotInTheBackup() {
    // given
    shop.backup.withObject("/spec").putArray("includedResources").add("vm");

    // when
    var result = action.execute(Shop.vm(), shop.backup);

    // then
    assertThat(result.operationId()).isEmpty();
    assertThat(result.item()).isEqualTo(Shop.vm());
    assertThat(shop.log.reasons()).containsExactly("ClaimLeftOut");
  }

  @Test
  void shouldRestoreNoClaimThatALabelKeepsOut() {
    // given
    var claim = Shop.claimObject("db-data");
    claim.withObject("/metadata").putObject("labels").put("velero.io/exclude-from-backup", "true");
    shop.kubernetes.with(ResourceType.CLAIMS, claim);

    // when
    var _ = action.execute(Shop.vm(), shop.backup);

    // then
    assertThat(shop.upload().at("/metadata/annotations/virtmover.io~1claims").asText())
        .isEqualTo("db-root");
    assertThat(shop.log.reasons()).containsExactly("ClaimLeftOut");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "true; ''; ''; root, data",
        "true; ''; 'data,init'; root",
        "false; data; ''; data",
        "false; ''; ''; ''"
      })
  void shouldWarnOfDisksThatVeleroTakesAsFiles(
      boolean isDefault, String chosen, String spared, String disks) {
    // given
    shop.backup.withObject("/spec").put("defaultVolumesToFsBackup", isDefault);
    shop.backup.withObject("/spec").remove("resourcePolicy");
    shop.instance("Running", "");
    shop.kubernetes
        .all(ResourceType.VIRTUAL_MACHINE_INSTANCES)
        .getFirst()
        .withObject("/metadata")
        .putObject("annotations")
        .put("backup.velero.io/backup-volumes", chosen)
        .put("backup.velero.io/backup-volumes-excludes", spared);

    // when
    var _ = action.execute(Shop.vm(), shop.backup);

    // then
    assertThat(shop.log.reasons()).isEqualTo(disks.isEmpty() ? List.of() : List.of("FsBackup"));
    assertThat(shop.log.warnings())
        .allMatch(text -> text.contains("the disks %s of VM shop/db".formatted(disks)));
  }

  @Test
  void shouldWarnOfADiskThatThePolicyGivesToFiles() {
    // given
    shop.policy(
        """
        version: v1
        volumePolicies:
        - conditions: {storageClass: [class-db-data]}
          action: {type: fs-backup}
        - conditions: {}
          action: {type: custom, parameters: {datamover: cnv}}
        """);

    // when
    var _ = action.execute(Shop.vm(), shop.backup);

    // then
    assertThat(shop.upload().at("/metadata/annotations/virtmover.io~1claims").asText())
        .isEqualTo("db-root");
    assertThat(shop.log.reasons()).containsExactly("MixedPolicy", "FsBackup");
  }

  @Test
  void shouldStopAnUploadThatStillRuns() {
    // given
    var operation = action.execute(Shop.vm(), shop.backup).operationId().orElseThrow();

    // when
    action.cancel(operation, shop.backup);

    // then
    assertThat(shop.upload().at("/spec/cancel").asBoolean()).isTrue();
  }
}
