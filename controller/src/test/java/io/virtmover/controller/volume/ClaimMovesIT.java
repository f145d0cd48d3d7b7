// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.virtmover.controller.Keys;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.OnLab;
import io.virtmover.lab.junit.PodRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real volumes change their claims, between the test's namespace and another one. */
@OnLab
class ClaimMovesIT {
  private static final String OTHER = "default";
  private static final String IMMEDIATE = "lab-fs-immediate";
  private static final String FILES = "Filesystem";

  @ParameterizedTest
  @CsvSource({
    "lab-fs,Filesystem",
    "lab-fs-immediate,Filesystem",
    "lab-block,Block",
    "lab-block-immediate,Block"
  })
  void aVolumeMovesToAnotherNamespaceAndBackWithItsData(
      String storageClass, String mode, LabNamespace lab) {
    // given
    var there = new Moving(lab, new ClaimRef(OTHER, lab.name()));
    there.makeSource(storageClass, mode);
    there.makeTarget(storageClass, mode);
    assertThat(lab.run(pod("writer", there.from().name(), mode, "echo moved >")).exitCode())
        .isZero();
    var volume = there.volume();

    // when
    var gone = there.advance();
    var back = there.andTo(new ClaimRef(lab.name(), "disk"));
    back.makeTarget(storageClass, mode);
    var returned = back.advance();

    // then
    assertThat(gone).isEqualTo(new MoveState.Done());
    assertThat(returned).isEqualTo(new MoveState.Done());
    assertThat(there.source().get()).isNull();
    assertThat(back.source().get()).isNull();
    assertIsGivenBack(volume.get());
    assertThat(volume.get().getMetadata().getLabels()).containsEntry(Moving.SELECTOR, lab.name());
    assertThat(lab.run(pod("reader", "disk", mode, "head -c 5 <")).log().strip())
        .isEqualTo("moved");

    // and a controller that has forgotten all of it finds it done, and nothing to give up
    assertThat(back.advance()).isEqualTo(new MoveState.Done());
    assertThat(back.moves().abandon(back.request())).isEmpty();
    assertThat(isBound(back.target().get())).isTrue();
  }

  @Test
  void aVolumeMovesToAClaimThatIsMadeForItAndGoesWithIt(LabNamespace lab) {
    // given
    var moving = Moving.toOwn(lab);
    moving.makeSource(IMMEDIATE, FILES);
    var volume = moving.volume();

    // when
    var state = moving.advanceToOwn();

    // then
    assertThat(state).isEqualTo(new MoveState.Done());
    assertThat(moving.target().get().getSpec().getVolumeName())
        .isEqualTo(volume.get().getMetadata().getName());
    assertIsGivenBack(volume.get());

    // and when it is not needed any more
    moving.abandon();
    assertThat(moving.target().get()).isNull();
    assertThat(volume.get()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void aMoveThatIsGivenUpAfterAnyStepLeaksNothing(int steps, LabNamespace lab) {
    // given
    var moving = new Moving(lab, new ClaimRef(lab.name(), "disk"));
    moving.makeSource(IMMEDIATE, FILES);
    moving.makeTarget(IMMEDIATE, FILES);
    var volume = moving.volume();
    for (var step = 0; step < steps; step++) {
      var _ = moving.step();
    }

    // when
    moving.abandon();

    // then
    assertThat(moving.source().get()).isNull();
    if (steps < 3) {
      lab.await(volume, "the volume is deleted", gone -> gone == null);
      assertThat(isBound(moving.target().get())).isFalse();
    } else {
      lab.await(moving.target(), "the target has the volume", ClaimMovesIT::isBound);
      assertIsGivenBack(volume.get());
    }
  }

  @Test
  void aMoveKeepsTheVolumeUntilItHasItsClaim(LabNamespace lab) {
    // given
    var moving = new Moving(lab, new ClaimRef(lab.name(), "disk"));
    moving.makeSource(IMMEDIATE, FILES);
    moving.makeTarget(IMMEDIATE, FILES);
    var volume = moving.volume();
    var policies = new ArrayList<String>();

    // when
    while (moving.step()) {
      policies.add(volume.get().getSpec().getPersistentVolumeReclaimPolicy());
    }

    // then
    assertThat(policies).hasSizeGreaterThan(3).endsWith("Delete");
    assertThat(policies.subList(0, policies.size() - 1)).containsOnly("Retain");
    assertIsGivenBack(volume.get());
    assertThat(isBound(moving.target().get())).isTrue();
  }

  @Test
  void kubernetesBindsTheTargetAtOnceAndNotWhenItLooksAgain(LabNamespace lab) {
    // given
    var moving = Moving.toOwn(lab);
    moving.makeSource(IMMEDIATE, FILES);
    var _ = moving.volume();
    var start = Instant.now();

    // when
    var state = moving.advanceToOwn();

    // then
    assertThat(state).isEqualTo(new MoveState.Done());
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void aClaimThatIsGivenUpTakesItsVolumeWithItEvenWhereTheClassKeepsVolumes(LabNamespace lab) {
    // given
    var moving = new Moving(lab, new ClaimRef(lab.name(), "disk"));
    moving.makeSource(IMMEDIATE, FILES);
    var volume = moving.volume();
    Moving.keep(volume);

    // when
    moving.abandon();

    // then
    lab.await(volume, "the volume is deleted", gone -> gone == null);
  }

  @Test
  void thePolicyThatIsPutBackIsTheVolumesOwn(LabNamespace lab) {
    // given
    var moving = new Moving(lab, new ClaimRef(lab.name(), "disk"));
    moving.makeSource(IMMEDIATE, FILES);
    moving.makeTarget(IMMEDIATE, FILES);
    var volume = moving.volume();
    Moving.keep(volume);

    // when
    var state = moving.advance();

    // then
    assertThat(state).isEqualTo(new MoveState.Done());
    assertThat(volume.get().getSpec().getPersistentVolumeReclaimPolicy()).isEqualTo("Retain");
    assertThat(Volumes.isTaken(volume.get())).isFalse();
    Moving.letGo(volume);
  }

  @Test
  void aTargetThatHasAVolumeFailsTheMoveBeforeAnythingIsTouched(LabNamespace lab) {
    // given
    var moving = new Moving(lab, new ClaimRef(lab.name(), "disk"));
    moving.makeSource(IMMEDIATE, FILES);
    lab.claim("disk", "16Mi", IMMEDIATE, FILES);
    lab.await(moving.target(), "the claim is bound", ClaimMovesIT::isBound);
    var volume = moving.volume();

    // when
    var state = moving.advance();

    // then
    assertThat(state)
        .isInstanceOfSatisfying(
            MoveState.Failed.class, failed -> assertThat(failed.why()).contains("another volume"));
    assertThat(volume.get().getSpec().getPersistentVolumeReclaimPolicy()).isEqualTo("Delete");
    assertThat(isBound(moving.source().get())).isTrue();
  }

  private static void assertIsGivenBack(PersistentVolume volume) {
    assertThat(volume.getSpec().getPersistentVolumeReclaimPolicy()).isEqualTo("Delete");
    assertThat(volume.getMetadata().getAnnotations()).doesNotContainKey(Keys.RECLAIM_POLICY);
  }

  private static PodRun pod(String name, String claim, String mode, String command) {
    return mode.equals("Block")
        ? PodRun.script(name, "%s /dev/%s".formatted(command, claim)).device(claim)
        : PodRun.script(name, "%s /mnt/%s/file".formatted(command, claim)).mounting(claim);
  }

  private static boolean isBound(PersistentVolumeClaim claim) {
    return claim != null && Claims.isBound(claim);
  }
}
