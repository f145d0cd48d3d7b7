// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.velero.action.ResourceIdentifier;
import io.virtmover.velero.item.DiskMark;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.kubernetes.ResourceType;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DiskBackupTest {
  private final Shop shop = new Shop();
  private final Assessor assessor = new Assessor(shop.surroundings);
  private final DiskBackup action = new DiskBackup(shop.surroundings, assessor);

  static Stream<ObjectNode> objectsOfADisk() {
    return Stream.of(Shop.claimObject("db-root"), Shop.volume("db-root"), Shop.dataVolume());
  }

  @ParameterizedTest
  @MethodSource("objectsOfADisk")
  void shouldMarkAllObjectsOfADiskThatIsTaken(ObjectNode object) {
    // when
    var item = action.execute(object, shop.backup).item();

    // then
    assertThat(DiskMark.of(new Item(item)))
        .hasValueSatisfying(
            mark -> {
              assertThat(mark.vm()).isEqualTo("db");
              assertThat(mark.upload()).startsWith("du-nightly-1-shop-db-");
            });
    assertThat(shop.log.warnings()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("objectsOfADisk")
  void shouldMarkNothingOfAVmThatIsNotTaken(ObjectNode object) {
    // given
    shop.instance("Succeeded", "Enabled");
    var before = object.deepCopy();

    // when
    var item = action.execute(object, shop.backup).item();

    // then
    assertThat(item).isEqualTo(before);
    assertThat(shop.log.warnings()).as("the VM's own action tells").isEmpty();
  }

  @Test
  void shouldHaveTheDataVolumeTakeTheClaim() {
    // when
    var claim = action.execute(Shop.claimObject("db-root"), shop.backup).item();
    var dataVolume = action.execute(Shop.dataVolume(), shop.backup).item();

    // then
    assertThat(claim.at("/metadata/annotations/cdi.kubevirt.io~1storage.populatedFor").asText())
        .isEqualTo("db-root");
    assertThat(
            dataVolume.at("/metadata/annotations/cdi.kubevirt.io~1storage.prePopulated").asText())
        .isEqualTo("db-root");
  }

  @Test
  void shouldBringTheVmAlong() {
    // when
    var items = action.execute(Shop.claimObject("db-root"), shop.backup).additionalItems();

    // then
    assertThat(items)
        .containsExactly(new ResourceIdentifier("kubevirt.io", "virtualmachines", "shop", "db"));
  }

  @Test
  void shouldBringTheVmOfADataVolumeAlong() {
    // when
    var items = action.execute(Shop.dataVolume(), shop.backup).additionalItems();

    // then
    assertThat(items)
        .containsExactly(new ResourceIdentifier("kubevirt.io", "virtualmachines", "shop", "db"));
  }

  @Test
  void shouldTakeOffWhatAnEarlierRestoreLeft() {
    // given
    shop.policy("version: v1");
    var claim = Shop.claimObject("db-root");
    new DiskMark("db", "du-old").putOn(new Item(claim));

    // when
    var item = action.execute(claim, shop.backup).item();

    // then
    assertThat(DiskMark.of(new Item(item))).isEmpty();
  }

  @Test
  void shouldStayWithTheUploadWhateverTheVmDoesAfterwards() {
    // given
    var _ =
        new VmBackup(shop.surroundings, new Assessor(shop.surroundings))
            .execute(Shop.vm(), shop.backup);
    shop.instance("Succeeded", "Enabled");

    // when
    var item = action.execute(Shop.claimObject("db-data"), shop.backup).item();

    // then
    assertThat(DiskMark.of(new Item(item))).isPresent();
  }

  @Test
  void shouldMarkAClaimOfAnUploadWhateverAnotherProcessReadsInThePolicy() {
    // given
    var _ =
        new VmBackup(shop.surroundings, new Assessor(shop.surroundings))
            .execute(Shop.vm(), shop.backup);
    shop.policy("version: v1");

    // when
    var item = action.execute(Shop.claimObject("db-root"), shop.backup).item();

    // then
    assertThat(DiskMark.of(new Item(item))).isPresent();
    assertThat(item.at("/metadata/annotations/cdi.kubevirt.io~1storage.populatedFor").asText())
        .isEqualTo("db-root");
  }

  @Test
  void shouldWarnOfAClaimThatNoVmUses() {
    // given
    var claim = Shop.claimObject("cache");
    shop.kubernetes.with(ResourceType.CLAIMS, claim);

    // when
    var item = action.execute(claim.deepCopy(), shop.backup).item();

    // then
    assertThat(item).isEqualTo(claim);
    assertThat(shop.log.reasons()).containsExactly("ClaimWithoutVm");
  }

  @Test
  void shouldWarnOfAClaimThatIsPluggedOutBeforeItsVmIsJudged() {
    // given
    shop.plugged("cache");
    var _ = new ClaimBlock(assessor).relatedItems(Shop.claimObject("db-root"), shop.backup);
    shop.instance("Running", "Enabled");

    // when
    var item = action.execute(Shop.claimObject("cache"), shop.backup).item();

    // then
    assertThat(item).isEqualTo(Shop.claimObject("cache"));
    assertThat(shop.log.reasons()).containsExactly("ClaimWithoutVm");
  }

  @Test
  void shouldMarkAClaimThatIsPluggedInBeforeItsVmIsJudged() {
    // given
    var _ = new ClaimBlock(assessor).relatedItems(Shop.claimObject("db-root"), shop.backup);
    shop.plugged("cache");
    var _ = new VmBackup(shop.surroundings, assessor).execute(Shop.vm(), shop.backup);

    // when
    var claim = action.execute(Shop.claimObject("cache"), shop.backup).item();
    var volume = action.execute(Shop.volume("cache"), shop.backup).item();

    // then
    assertThat(shop.upload().at("/metadata/annotations/virtmover.io~1claims").asText())
        .isEqualTo("db-root,db-data,cache");
    assertThat(DiskMark.of(new Item(claim))).isPresent();
    assertThat(DiskMark.of(new Item(volume))).isPresent();
    assertThat(shop.log.reasons()).containsExactly("PluggedOnly");
  }

  @Test
  void shouldNotHandOverAClaimThatIsPluggedInAfterItWasLeft() {
    // given
    var left = action.execute(Shop.claimObject("cache"), shop.backup).item();
    shop.plugged("cache");

    // when
    var _ = new VmBackup(shop.surroundings, assessor).execute(Shop.vm(), shop.backup);

    // then
    assertThat(DiskMark.of(new Item(left))).isEmpty();
    assertThat(shop.upload().at("/metadata/annotations/virtmover.io~1claims").asText())
        .isEqualTo("db-root,db-data");
    assertThat(shop.log.reasons()).containsExactly("ClaimWithoutVm", "MixedPolicy", "PluggedOnly");
  }

  @ParameterizedTest
  @CsvSource({"db", "gone"})
  void shouldWarnOfStateThatIsHandedOver(String vm) {
    // given
    shop.policy(Shop.OURS).instance("Succeeded", "Enabled");
    shop.kubernetes
        .all(ResourceType.VIRTUAL_MACHINE_INSTANCES)
        .getFirst()
        .withObject("/spec/domain/devices/tpm")
        .put("persistent", true);
    var claim = stateClaim(vm);

    // when
    var item = action.execute(claim.deepCopy(), shop.backup).item();

    // then
    assertThat(item).isEqualTo(claim);
    assertThat(shop.log.reasons()).containsExactly("StateClaim");
    assertThat(shop.log.warnings().getFirst()).contains("TPM or EFI state of VM shop/" + vm);
  }

  @Test
  void shouldNotWarnOfTheClaimThatEveryTrackedVmHas() {
    // given
    var claim = stateClaim("db");

    // when
    var item = action.execute(claim.deepCopy(), shop.backup).item();

    // then
    assertThat(item).isEqualTo(claim);
    assertThat(shop.log.reasons()).isEmpty();
  }

  private static ObjectNode stateClaim(String vm) {
    var claim = Shop.claimObject("state");
    claim.withObject("/metadata").putObject("labels").put("persistent-state-for", vm);
    return claim;
  }

  @Test
  void shouldMarkADiskThatWasPluggedIntoTheRunningVm() {
    // given
    shop.plugged("cache");

    // when
    var item = action.execute(Shop.claimObject("cache"), shop.backup).item();

    // then
    assertThat(DiskMark.of(new Item(item))).isPresent();
  }

  @Test
  void shouldNotWarnOfAClaimOfVirtMoversOwn() {
    // given
    var claim = Shop.claimObject("scratch");
    claim.withObject("/metadata").putObject("labels").put("virtmover.io/request-uid", "r");

    // when
    var _ = action.execute(claim, shop.backup);

    // then
    assertThat(shop.log.warnings()).isEmpty();
  }

  @Test
  void shouldWarnWhenTheVmIsNotInTheBackup() {
    // given
    shop.backup.withObject("/spec").putArray("includedResources").add("pvc");

    // when
    var item = action.execute(Shop.claimObject("db-root"), shop.backup).item();

    // then
    assertThat(DiskMark.of(new Item(item))).isEmpty();
    assertThat(shop.log.reasons()).containsExactly("VmLeftOut");
  }

  @Test
  void shouldWarnWhenTheVmIsBeingDeleted() {
    // given
    shop.kubernetes
        .all(ResourceType.VIRTUAL_MACHINES)
        .getFirst()
        .withObject("/metadata")
        .put("deletionTimestamp", "2026-01-01T00:00:00Z");

    // when
    var result = action.execute(Shop.claimObject("db-root"), shop.backup);

    // then
    assertThat(result.additionalItems()).isEmpty();
    assertThat(DiskMark.of(new Item(result.item()))).isEmpty();
    assertThat(shop.log.reasons()).containsExactly("VmLeftOut");
  }

  @Test
  void shouldWarnWhenThePolicyLeavesVmsOut() {
    // given
    shop.policy(
        Shop.OURS + "includeExcludePolicy: {excludedNamespaceScopedResources: [virtualmachines]}");

    // when
    var item = action.execute(Shop.claimObject("db-root"), shop.backup).item();

    // then
    assertThat(DiskMark.of(new Item(item))).isEmpty();
    assertThat(shop.log.reasons()).containsExactly("VmLeftOut");
  }

  @Test
  void shouldNotMarkTheVolumeOfAClaimThatIsNotInTheBackup() {
    // given
    shop.backup.withObject("/spec").putArray("includedNamespaces").add("other");

    // when
    var item = action.execute(Shop.volume("db-root"), shop.backup).item();

    // then
    assertThat(DiskMark.of(new Item(item))).isEmpty();
  }

  @Test
  void shouldReadThePolicyOnce() {
    // when
    var _ = action.execute(Shop.claimObject("db-root"), shop.backup);
    shop.policy("version: v1");
    var item = action.execute(Shop.claimObject("db-data"), shop.backup).item();

    // then
    assertThat(DiskMark.of(new Item(item))).isPresent();
    assertThat(shop.kubernetes.calls()).filteredOn("get configmaps"::equals).hasSize(1);
  }

  @Test
  void shouldAskNothingWithoutAPolicy() {
    // given
    shop.backup.withObject("/spec").remove("resourcePolicy");

    // when
    var _ = action.execute(Shop.claimObject("db-root"), shop.backup);

    // then
    assertThat(shop.kubernetes.calls()).isEmpty();
  }

  @Test
  void shouldAskForTheVmsOfANamespaceOnce() {
    // when
    var _ = action.execute(Shop.claimObject("db-root"), shop.backup);
    var _ = action.execute(Shop.claimObject("db-data"), shop.backup);

    // then
    assertThat(shop.kubernetes.calls())
        .filteredOn("list virtualmachines.kubevirt.io"::equals)
        .hasSize(1);
  }
}
