// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import static io.virtmover.controller.volume.SomeClaims.bound;
import static io.virtmover.controller.volume.SomeClaims.going;
import static io.virtmover.controller.volume.SomeClaims.naming;
import static io.virtmover.controller.volume.SomeClaims.pending;
import static io.virtmover.controller.volume.SomeClaims.released;
import static io.virtmover.controller.volume.SomeClaims.taken;
import static io.virtmover.controller.volume.SomeClaims.volumeOf;
import static io.virtmover.controller.volume.SomeClaims.withPhase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MoveDecisionTest {
  private static final PersistentVolumeClaim WAITING = pending("velero", "restore");
  private static final PersistentVolumeClaim SOURCE = bound(WAITING);
  private static final PersistentVolumeClaim TARGET = pending("shop", "db");
  private static final PersistentVolume VOLUME = volumeOf(SOURCE);
  private static final PersistentVolume ALONE = released(taken(VOLUME));
  private static final PersistentVolume MEANT = taken(volumeOf(TARGET));

  static Stream<Arguments> moves() {
    return Stream.of(
        arguments("nothing is left", null, TARGET, null, failed("restore is gone")),
        arguments("no volume yet", WAITING, TARGET, null, waiting("has no volume yet")),
        arguments("lost", withPhase(SOURCE, "Lost"), TARGET, null, failed("volume of claim")),
        arguments("half bound", naming(WAITING), TARGET, VOLUME, waiting("not bound to its")),
        arguments("another's volume", SOURCE, TARGET, volumeOf(TARGET), waiting("not bound to")),
        arguments("deleted by others", going(SOURCE), TARGET, VOLUME, failed("somebody else")),
        arguments("no target yet", SOURCE, null, VOLUME, waiting("shop/db is not there yet")),
        arguments("to be taken", SOURCE, TARGET, VOLUME, new MoveStep.Take(VOLUME)),
        arguments("taken", SOURCE, TARGET, taken(VOLUME), new MoveStep.LetGo(SOURCE)),
        arguments("in use", going(SOURCE), TARGET, taken(VOLUME), waiting("still in use")),
        arguments("alone", null, TARGET, ALONE, new MoveStep.NameClaim(ALONE, TARGET)),
        arguments("target vanished", null, null, ALONE, waiting("shop/db is not there")),
        arguments("meant", null, TARGET, MEANT, waiting("Kubernetes binds")),
        arguments("named", null, naming(TARGET), MEANT, waiting("Kubernetes binds")),
        arguments("half done", null, bound(TARGET), released(MEANT), waiting("Kubernetes binds")),
        arguments("bound", null, bound(TARGET), MEANT, new MoveStep.GiveBack(MEANT)),
        arguments(
            "done", null, bound(TARGET), volumeOf(TARGET), new MoveStep.Rest(new MoveState.Done())),
        arguments("given up", null, TARGET, released(VOLUME), failed("was given up")),
        arguments("target goes", null, going(TARGET), ALONE, failed("is being deleted")),
        arguments("target goes early", SOURCE, going(TARGET), VOLUME, failed("is being deleted")),
        arguments("other volume", null, other(TARGET), ALONE, failed("has another volume, pvc-9")),
        arguments("other volume early", SOURCE, other(TARGET), VOLUME, failed("pvc-9")),
        arguments("too small", SOURCE, asking("2Gi"), VOLUME, failed("asks for 2Gi, its volume")),
        arguments("other mode", SOURCE, block(), VOLUME, failed("other volume mode")),
        arguments("other class", SOURCE, slow(), VOLUME, failed("'slow', its volume has 'fast'")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("moves")
  void shouldDecideTheNextStep(
      String name,
      @Nullable PersistentVolumeClaim source,
      @Nullable PersistentVolumeClaim target,
      @Nullable PersistentVolume volume,
      MoveStep expected) {
    // when
    var step = MoveDecision.next(move(source, target, volume, false));

    // then
    if (expected instanceof MoveStep.Rest(var state) && !(state instanceof MoveState.Done)) {
      assertThat(step).isInstanceOfSatisfying(MoveStep.Rest.class, rest -> isTold(rest, state));
    } else {
      assertThat(step).isEqualTo(expected);
    }
  }

  private static void isTold(MoveStep.Rest rest, MoveState expected) {
    assertThat(rest.state()).hasSameClassAs(expected);
    assertThat(rest.state().toString()).contains(words(expected));
  }

  private static String words(MoveState state) {
    return switch (state) {
      case MoveState.Waiting(var why) -> why;
      case MoveState.Failed(var why) -> why;
      case MoveState.Done() -> "";
    };
  }

  static Stream<Arguments> movesToOurOwn() {
    return Stream.of(
        arguments(SOURCE, VOLUME, new MoveStep.Take(VOLUME)),
        arguments(SOURCE, taken(VOLUME), new MoveStep.LetGo(SOURCE)),
        arguments(null, ALONE, new MoveStep.MakeTarget(ALONE)));
  }

  @ParameterizedTest
  @MethodSource("movesToOurOwn")
  void shouldMakeATargetOfItsOwnOnceTheVolumeIsAlone(
      @Nullable PersistentVolumeClaim source, PersistentVolume volume, MoveStep expected) {
    // then
    assertThat(MoveDecision.next(move(source, null, volume, true))).isEqualTo(expected);
  }

  private static Move move(
      @Nullable PersistentVolumeClaim source,
      @Nullable PersistentVolumeClaim target,
      @Nullable PersistentVolume volume,
      boolean makesTarget) {
    return new Move(
        new ClaimRef("velero", "restore"),
        new ClaimRef("shop", "db"),
        makesTarget,
        Optional.ofNullable(source),
        Optional.ofNullable(target),
        Optional.ofNullable(volume));
  }

  private static PersistentVolumeClaim other(PersistentVolumeClaim claim) {
    return new PersistentVolumeClaimBuilder(claim)
        .editSpec()
        .withVolumeName("pvc-9")
        .endSpec()
        .build();
  }

  private static PersistentVolumeClaim asking(String size) {
    return new PersistentVolumeClaimBuilder(TARGET)
        .editSpec()
        .editResources()
        .addToRequests("storage", new Quantity(size))
        .endResources()
        .endSpec()
        .build();
  }

  private static PersistentVolumeClaim block() {
    return new PersistentVolumeClaimBuilder(TARGET)
        .editSpec()
        .withVolumeMode("Block")
        .endSpec()
        .build();
  }

  private static PersistentVolumeClaim slow() {
    return new PersistentVolumeClaimBuilder(TARGET)
        .editSpec()
        .withStorageClassName("slow")
        .endSpec()
        .build();
  }

  private static MoveStep waiting(String words) {
    return new MoveStep.Rest(new MoveState.Waiting(words));
  }

  private static MoveStep failed(String words) {
    return new MoveStep.Rest(new MoveState.Failed(words));
  }
}
