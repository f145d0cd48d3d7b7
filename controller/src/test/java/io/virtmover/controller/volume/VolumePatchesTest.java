// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import static io.virtmover.controller.volume.SomeClaims.bound;
import static io.virtmover.controller.volume.SomeClaims.pending;
import static io.virtmover.controller.volume.SomeClaims.taken;
import static io.virtmover.controller.volume.SomeClaims.volumeOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.virtmover.controller.velero.DataDownload;
import org.junit.jupiter.api.Test;

class VolumePatchesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldKeepAVolumeAndRememberItsPolicyInOnePatch() throws JsonProcessingException {
    // given
    var request = new DataDownload();
    request.setMetadata(new ObjectMetaBuilder().withName("dd-1").withUid("uid-dd-1").build());

    // when
    var patch = VolumePatches.take(volumeOf(bound(pending("velero", "restore"))), request);

    // then
    assertThat(patch)
        .isEqualTo(
            json(
                """
                {"metadata": {"resourceVersion": "9",
                  "labels": {"virtmover.io/request-uid": "uid-dd-1",
                             "virtmover.io/request-kind": "DataDownload"},
                  "annotations": {"virtmover.io/request": "dd-1",
                                  "virtmover.io/original-reclaim-policy": "Delete"}},
                 "spec": {"persistentVolumeReclaimPolicy": "Retain"}}
                """));
  }

  @Test
  void shouldGiveTheVolumeTheLabelsThatTheTargetSelectsByButLeaveItsOwn()
      throws JsonProcessingException {
    // given
    var target =
        new PersistentVolumeClaimBuilder(pending("shop", "db"))
            .editSpec()
            .withNewSelector()
            .addToMatchLabels("velero.io/dynamic-pv-restore", "shop.db.x2k4z")
            .addToMatchLabels("zone", "b")
            .endSelector()
            .endSpec()
            .build();
    var volume =
        new PersistentVolumeBuilder(taken(volumeOf(bound(pending("velero", "restore")))))
            .editMetadata()
            .addToLabels("zone", "a")
            .endMetadata()
            .build();

    // when
    var patch = VolumePatches.nameClaim(volume, target);

    // then
    assertThat(patch)
        .isEqualTo(
            json(
                """
                {"metadata": {"resourceVersion": "9",
                  "annotations": {"pv.kubernetes.io/bound-by-controller": null},
                  "labels": {"velero.io/dynamic-pv-restore": "shop.db.x2k4z"}},
                 "spec": {"claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
                   "namespace": "shop", "name": "db", "uid": "uid-db", "resourceVersion": null}}}
                """));
  }

  @Test
  void shouldPutThePolicyBackAndForgetIt() throws JsonProcessingException {
    // given
    var volume = taken(volumeOf(bound(pending("shop", "db"))));

    // when
    var patch = VolumePatches.giveBack(volume, Volumes.ownPolicy(volume));

    // then
    assertThat(patch)
        .isEqualTo(
            json(
                """
                {"metadata": {"resourceVersion": "9",
                  "labels": {"virtmover.io/request-kind": null},
                  "annotations": {"virtmover.io/original-reclaim-policy": null}},
                 "spec": {"persistentVolumeReclaimPolicy": "Delete"}}
                """));
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return JSON.readTree(text);
  }
}
