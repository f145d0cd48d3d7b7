// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.velero.action.ResourceIdentifier;
import io.virtmover.velero.kubernetes.ResourceType;
import org.junit.jupiter.api.Test;

class BlocksTest {
  private final Shop shop = new Shop();

  @Test
  void shouldKeepAVmInOneBlockWithWhatItNeeds() {
    // when
    var related = new VmBlock(new Assessor(shop.surroundings)).relatedItems(Shop.vm(), shop.backup);

    // then
    assertThat(related)
        .extracting(ResourceIdentifier::name)
        .containsExactly("db-root", "db-root", "db-data");
    assertThat(shop.kubernetes.all(ResourceType.DATA_UPLOADS)).isEmpty();
  }

  @Test
  void shouldKeepADiskThatWasPluggedInInTheBlockOfItsVm() {
    // given
    shop.plugged("cache");

    // when
    var related = new VmBlock(new Assessor(shop.surroundings)).relatedItems(Shop.vm(), shop.backup);

    // then
    assertThat(related)
        .contains(new ResourceIdentifier("", "persistentvolumeclaims", "shop", "cache"));
  }

  @Test
  void shouldLeaveTheBlocksOfOtherVmsAlone() {
    // given
    shop.policy("version: v1");

    // when
    var related = new VmBlock(new Assessor(shop.surroundings)).relatedItems(Shop.vm(), shop.backup);

    // then
    assertThat(related).isEmpty();
  }

  @Test
  void shouldBringTheVmIntoTheBlockOfItsClaim() {
    // when
    var related =
        new ClaimBlock(new Assessor(shop.surroundings))
            .relatedItems(Shop.claimObject("db-root"), shop.backup);

    // then
    assertThat(related)
        .containsExactly(new ResourceIdentifier("kubevirt.io", "virtualmachines", "shop", "db"));
  }

  @Test
  void shouldLeaveTheBlocksOfOtherClaimsAlone() {
    // given
    shop.policy("version: v1");

    // when
    var related =
        new ClaimBlock(new Assessor(shop.surroundings))
            .relatedItems(Shop.claimObject("db-root"), shop.backup);

    // then
    assertThat(related).isEmpty();
  }
}
