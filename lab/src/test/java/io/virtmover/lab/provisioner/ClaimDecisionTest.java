// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClaimDecisionTest {
  private static final long MIB = 1L << 20;

  @Test
  void anImmediateClaimGetsAVolumeNamedLikeIt() {
    // given
    var claim = claim(Map.of(), "Filesystem", "ReadWriteOnce");

    // when
    var decided = ClaimDecision.of(claim, storageClass("Immediate"), Optional.empty());

    // then
    assertThat(decided)
        .isEqualTo(
            new ClaimDecision.Provision(
                "pvc-u1", VolumeMode.FILESYSTEM, 64 * MIB, Optional.empty(), "Retain"));
  }

  @Test
  void aClaimWaitsForItsFirstConsumer() {
    // given
    var waiting = claim(Map.of(), "Filesystem", "ReadWriteOnce");
    var chosen = claim(Map.of(ClaimDecision.NODE_ANNOTATION, "lab"), "Filesystem", "ReadWriteOnce");
    var storageClass = storageClass("WaitForFirstConsumer");

    // when
    var before = ClaimDecision.of(waiting, storageClass, Optional.empty());
    var after = ClaimDecision.of(chosen, storageClass, Optional.empty());

    // then
    assertThat(before).isEqualTo(new ClaimDecision.Nothing());
    assertThat(after)
        .isEqualTo(
            new ClaimDecision.Provision(
                "pvc-u1", VolumeMode.FILESYSTEM, 64 * MIB, Optional.of("lab"), "Retain"));
  }

  @Test
  void whatTheNodeCannotGiveIsRefused() {
    // given
    var block = claim(Map.of(), "Block", "ReadWriteOnce");
    var shared = claim(Map.of(), "Filesystem", "ReadWriteMany");

    // when
    var decidedForBlock = ClaimDecision.of(block, storageClass("Immediate"), Optional.empty());
    var decidedForShared = ClaimDecision.of(shared, storageClass("Immediate"), Optional.empty());

    // then
    assertThat(decidedForBlock).isInstanceOf(ClaimDecision.Refuse.class);
    assertThat(decidedForShared).isInstanceOf(ClaimDecision.Refuse.class);
  }

  @Test
  void aBoundClaimGrowsWhenItAsksForMoreAndUntilItsStatusSaysSo() {
    // given
    var claim = claim(Map.of(), "Filesystem", "ReadWriteOnce");
    claim.getSpec().setVolumeName("pvc-u1");
    claim.getStatus().setPhase("Bound");
    claim.getStatus().setCapacity(Map.of("storage", new Quantity("32Mi")));

    // when
    var small = ClaimDecision.of(claim, storageClass("Immediate"), Optional.of(volume("32Mi")));
    var grown = ClaimDecision.of(claim, storageClass("Immediate"), Optional.of(volume("64Mi")));
    claim.getStatus().setCapacity(Map.of("storage", new Quantity("64Mi")));
    var told = ClaimDecision.of(claim, storageClass("Immediate"), Optional.of(volume("64Mi")));

    // then
    assertThat(small).isEqualTo(new ClaimDecision.Grow(volume("32Mi"), 64 * MIB));
    assertThat(grown).isEqualTo(new ClaimDecision.Grow(volume("64Mi"), 64 * MIB));
    assertThat(told).isEqualTo(new ClaimDecision.Nothing());
  }

  private static PersistentVolumeClaim claim(
      Map<String, String> annotations, String mode, String access) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName("data")
        .withUid("u1")
        .addToAnnotations(ClaimDecision.PROVISIONER_ANNOTATION, LabStorageClasses.PROVISIONER)
        .addToAnnotations(annotations)
        .endMetadata()
        .withNewSpec()
        .withStorageClassName("any")
        .withVolumeMode(mode)
        .withAccessModes(access)
        .withNewResources()
        .addToRequests("storage", new Quantity("64Mi"))
        .endResources()
        .endSpec()
        .withNewStatus()
        .endStatus()
        .build();
  }

  private static Optional<StorageClass> storageClass(String binding) {
    return Optional.of(
        new StorageClassBuilder()
            .withNewMetadata()
            .withName("any")
            .endMetadata()
            .withProvisioner(LabStorageClasses.PROVISIONER)
            .addToParameters(LabStorageClasses.MODE_PARAMETER, "Filesystem")
            .withVolumeBindingMode(binding)
            .withReclaimPolicy("Retain")
            .build());
  }

  private static PersistentVolume volume(String size) {
    return new PersistentVolumeBuilder()
        .withNewMetadata()
        .withName("pvc-u1")
        .addToAnnotations(ClaimDecision.PROVISIONED_BY_ANNOTATION, LabStorageClasses.PROVISIONER)
        .endMetadata()
        .withNewSpec()
        .addToCapacity("storage", new Quantity(size))
        .endSpec()
        .build();
  }
}
