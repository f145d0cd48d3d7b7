// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.controller.mover.MoverVolume;
import io.virtmover.controller.volume.SomeClaims;
import io.virtmover.domain.VolumeName;
import io.virtmover.transfer.Restore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestoreObjectsTest {
  @Test
  void shouldAskForAVolumeLikeTheTargetsButWithoutWhatKeepsThatFromGettingOne() {
    // given
    var request = SomeDownload.in("Accepted");

    // when
    var claim = RestoreObjects.claim(request, plan("Filesystem"), "velero");

    // then
    assertThat(claim.getMetadata().getNamespace()).isEqualTo("velero");
    assertThat(claim.getMetadata().getName()).isEqualTo(RestoreObjects.name(request));
    assertThat(claim.getMetadata().getOwnerReferences())
        .extracting(owner -> owner.getName())
        .containsExactly(request.getMetadata().getName());
    assertThat(claim.getSpec().getAccessModes()).containsExactly("ReadWriteOnce");
    assertThat(claim.getSpec().getStorageClassName()).isEqualTo("fast");
    assertThat(claim.getSpec().getVolumeMode()).isEqualTo("Filesystem");
    assertThat(claim.getSpec().getResources().getRequests())
        .isEqualTo(Map.of("storage", new Quantity("1Gi")));
    assertThat(claim.getSpec().getSelector()).isNull();
    assertThat(claim.getSpec().getDataSource()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"Filesystem,/mnt/volume,/mnt/volume/disk.img", "Block,/volume,/volume"})
  void shouldLetTheMoverWriteWhereTheVolumeIs(String mode, String path, String target) {
    // given
    var request = SomeDownload.in("Accepted");

    // when
    var order = RestoreObjects.order(request, plan(mode));

    // then
    assertThat(order.volume())
        .contains(new MoverVolume(RestoreObjects.name(request), path, mode.equals("Block"), false));
    assertThat(order.task())
        .isEqualTo(
            new Restore(
                plan(mode).source().backup(),
                new VolumeName("rootdisk"),
                Path.of(target),
                Restore.Engine.NATIVE,
                OptionalLong.empty()));
    assertThat(order.vm()).isEqualTo(plan(mode).source().vm());
  }

  private static Plan plan(String mode) {
    return new Plan(
        RestoreSource.of(SomeDownload.untouched()),
        new Disk(new VolumeName("rootdisk"), OptionalLong.empty()),
        new LocationAccess(
            "default", JsonNodeFactory.instance.objectNode(), Optional.empty(), Optional.empty()),
        new PersistentVolumeClaimBuilder(SomeClaims.pending("shop", "web-7-rootdisk"))
            .editSpec()
            .withVolumeMode(mode)
            .withNewSelector()
            .addToMatchLabels("velero.io/dynamic-pv-restore", "shop.web-7-rootdisk.x2k4z")
            .endSelector()
            .endSpec()
            .build());
  }
}
