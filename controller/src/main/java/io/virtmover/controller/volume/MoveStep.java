// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;

/** What comes next in a move. */
sealed interface MoveStep {
  /** Mark the volume as ours, remember its reclaim policy, and keep it whatever happens. */
  record Take(PersistentVolume volume) implements MoveStep {}

  /** Delete the source claim. */
  record LetGo(PersistentVolumeClaim source) implements MoveStep {}

  /** Make the target claim; a selector keeps it from getting another volume. */
  record MakeTarget(PersistentVolume volume) implements MoveStep {}

  /** Let the volume name the target claim. */
  record NameClaim(PersistentVolume volume, PersistentVolumeClaim target) implements MoveStep {}

  /** Put the reclaim policy back. */
  record GiveBack(PersistentVolume volume) implements MoveStep {}

  /** Nothing, for now or for good. */
  record Rest(MoveState state) implements MoveStep {}
}
