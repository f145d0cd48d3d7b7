// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.virtmover.lab.kubevirt.api.EventRecorder;
import io.virtmover.lab.kubevirt.api.EventRecorder.Level;

/** The events about a backup. Source: kubevirt-backup-api.md §2.8. */
final class BackupEvents {
  private static final String FAILED = "VirtualMachineBackupFailed";

  private final EventRecorder recorder;
  private final EventRecorder launcher;
  private final Model model;

  /**
   * @param launcher writes in the name of the part that talks to the launcher
   */
  BackupEvents(EventRecorder recorder, EventRecorder launcher, Model model) {
    this.recorder = recorder;
    this.launcher = launcher;
    this.model = model;
  }

  void ended(HasMetadata backup, Verdict verdict) {
    switch (verdict) {
      case Verdict.Succeeded(var warning) -> {
        if (warning.isPresent()) {
          recorder.record(
              backup,
              Level.WARNING,
              "VirtualMachineBackupCompletedWithWarning",
              verdict.sentence());
        } else {
          recorder.record(
              backup,
              Level.NORMAL,
              "VirtualMachineBackupCompletedSuccessfully",
              verdict.sentence());
        }
      }
      case Verdict.Failed(_, var text) ->
          recorder.record(
              backup, Level.WARNING, FAILED, model == Model.A ? verdict.sentence() : text);
    }
  }

  void aborting(HasMetadata backup, boolean pull, String message) {
    recorder.record(
        backup, pull ? Level.NORMAL : Level.WARNING, "VirtualMachineBackupAborting", message);
  }

  /** The launcher refused a command. */
  void refused(HasMetadata vmi, String text) {
    launcher.record(vmi, Level.WARNING, "BackupError", "Failed backing up VM: " + text);
  }

  void checkpointDropped(HasMetadata tracker, String checkpoint, String text) {
    recorder.record(
        tracker,
        Level.WARNING,
        "CheckpointRedefinitionFailed",
        "Failed to redefine checkpoint %s: %s. Checkpoint cleared, next backup will be full."
            .formatted(checkpoint, text));
  }
}
