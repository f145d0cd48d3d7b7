// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Optional;

/**
 * Decides a move's next step from what is there. The volume is kept ({@code Retain}) from before
 * its source claim goes until both it and the target claim say that they are bound.
 */
final class MoveDecision {
  private MoveDecision() {}

  static MoveStep next(Move move) {
    if (move.volume().isEmpty()) {
      return withoutVolume(move);
    }
    var volume = move.volume().get();
    if (Volumes.isTaken(volume)) {
      return taken(move, volume);
    }
    return move.source()
        .map(source -> untaken(move, source, volume))
        .orElseGet(() -> end(move, volume));
  }

  private static MoveStep withoutVolume(Move move) {
    if (move.source().isEmpty()) {
      return failed("claim %s is gone, and its volume with it".formatted(move.from()));
    }
    if (Claims.hasPhase(move.source().get(), "Lost")) {
      return failed("the volume of claim %s is gone".formatted(move.from()));
    }
    return waiting("claim %s has no volume yet".formatted(move.from()));
  }

  private static MoveStep untaken(
      Move move, PersistentVolumeClaim source, PersistentVolume volume) {
    if (Claims.isGoing(source)) {
      return failed("claim %s was deleted by somebody else".formatted(move.from()));
    }
    if (!Claims.isBound(source) || !Volumes.isFor(volume, source)) {
      return waiting("claim %s is not bound to its volume yet".formatted(move.from()));
    }
    if (move.target().isEmpty() && !move.makesTarget()) {
      return waiting("claim %s is not there yet".formatted(move.to()));
    }
    return refusal(move, volume).orElseGet(() -> new MoveStep.Take(volume));
  }

  private static MoveStep taken(Move move, PersistentVolume volume) {
    var refusal = refusal(move, volume);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (move.source().isPresent()) {
      var source = move.source().get();
      return Claims.isGoing(source)
          ? waiting("claim %s is deleted, and still in use".formatted(move.from()))
          : new MoveStep.LetGo(source);
    }
    return move.target()
        .map(target -> bind(volume, target))
        .orElseGet(
            () ->
                move.makesTarget()
                    ? new MoveStep.MakeTarget(volume)
                    : waiting("claim %s is not there".formatted(move.to())));
  }

  /**
   * Once the volume names the claim, Kubernetes lets the claim name the volume. Were we to do so,
   * one of us would come too late now and then, and the claim would only be looked at again 15 s
   * later.
   */
  private static MoveStep bind(PersistentVolume volume, PersistentVolumeClaim target) {
    if (!Volumes.isFor(volume, target)) {
      return new MoveStep.NameClaim(volume, target);
    }
    return isBoundTo(volume, target)
        ? new MoveStep.GiveBack(volume)
        : waiting("Kubernetes binds claim %s to its volume".formatted(ClaimRef.of(target)));
  }

  /** The policy was put back: at the end of the move, or because it was given up. */
  private static MoveStep end(Move move, PersistentVolume volume) {
    return move.target().filter(target -> isBoundTo(volume, target)).isPresent()
        ? new MoveStep.Rest(new MoveState.Done())
        : failed("the move of volume %s was given up".formatted(name(volume)));
  }

  private static boolean isBoundTo(PersistentVolume volume, PersistentVolumeClaim target) {
    return Claims.isBound(target)
        && Claims.volumeName(target).filter(name(volume)::equals).isPresent()
        && Volumes.isFor(volume, target)
        && Volumes.isBound(volume);
  }

  private static Optional<MoveStep> refusal(Move move, PersistentVolume volume) {
    return move.target()
        .flatMap(target -> TargetFit.obstacle(target, volume))
        .map(MoveDecision::failed);
  }

  private static String name(PersistentVolume volume) {
    return volume.getMetadata().getName();
  }

  private static MoveStep waiting(String why) {
    return new MoveStep.Rest(new MoveState.Waiting(why));
  }

  private static MoveStep failed(String why) {
    return new MoveStep.Rest(new MoveState.Failed(why));
  }
}
