// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.backup.VmiView.VolumeState;

/** Finds out what an ended backup leaves behind. */
final class Cleanups {
  private Cleanups() {}

  /**
   * The state of a backup that ended.
   *
   * @param real what is there without a fault
   * @param good whether the job counts as a success
   */
  static State state(
      Observation seen, Observation real, Verdict verdict, boolean good, Model model) {
    var backup = seen.backup();
    var volume = seen.vmi().map(vmi -> vmi.volume(backup.volume())).orElse(VolumeState.GONE);
    var cleanup =
        new Cleanup(
            verdict,
            good && seen.job().flatMap(JobView::checkpointName).isPresent(),
            backup.fault().filter(Faults::endsJob).isPresent()
                && real.isOwnJob()
                && !real.job().map(JobView::completed).orElse(true),
            isOwn(seen),
            volume,
            real.isOwnJob() || (model != Model.A && seen.job().isPresent()));
    return cleanup.isClean() ? new State.Clean(cleanup) : new State.CleaningUp(cleanup);
  }

  static boolean isOwn(Observation seen) {
    return seen.export()
        .flatMap(ExportView::owner)
        .filter(owner -> owner.equals(seen.backup().uid()))
        .isPresent();
  }
}
