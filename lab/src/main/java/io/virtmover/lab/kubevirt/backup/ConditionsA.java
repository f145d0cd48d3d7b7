// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

/** The conditions of model A. Source: kubevirt-backup-api.md §2.9 and the recordings of 1.8.4. */
final class ConditionsA {
  private static final String INITIALIZING = "Initializing";
  private static final String PROGRESSING = "Progressing";
  private static final String DONE = "Done";
  private static final String INITIATED = "ExportInitiated";
  private static final String READY = "ExportReady";
  private static final String ABORTING = "Aborting";
  private static final String DELETING = "Deleting";

  private ConditionsA() {}

  static Conditions after(BackupView backup, Stage stage, String now) {
    var old = backup.statusOrEmpty().conditions();
    return switch (stage) {
      case Stage.Quiet() -> old;
      case Stage.Waiting(var message) -> initializing(old, message, now);
      case Stage.Attaching(var claim, var vm) ->
          initializing(old, "attaching backup target pvc %s to vmi %s".formatted(claim, vm), now);
      case Stage.BeingAttached(var claim, var vm) ->
          initializing(
              old, "backup target PVC %s is being attached to VMI %s".formatted(claim, vm), now);
      case Stage.Started(_) -> running(old.without(INITIALIZING), "Backup is in progress", now);
      case Stage.PreparingExport() -> preparing(old, now);
      case Stage.Connected(_) ->
          export(old, "Backup export has been initiated, waiting for export links", false, now);
      case Stage.Exported(_) -> export(old, "Backup export is ready to pull", true, now);
      case Stage.Aborting(var message) ->
          deleting(
              old.with(PROGRESSING, true, message, now).with(ABORTING, true, message, now),
              backup,
              now);
      case Stage.Detaching(var vm) -> detaching(old, backup, vm, now);
      case Stage.Ended(var verdict) -> ended(old, verdict.sentence(), now);
    };
  }

  private static Conditions initializing(Conditions old, String sentence, String now) {
    return old.with(INITIALIZING, true, sentence, now).with(PROGRESSING, false, sentence, now);
  }

  private static Conditions running(Conditions old, String sentence, String now) {
    return old.with(PROGRESSING, true, sentence, now).with(DONE, false, sentence, now);
  }

  private static Conditions preparing(Conditions old, String now) {
    var sentence = "Backup export is being initialized";
    return old.with(PROGRESSING, true, sentence, now)
        .with(INITIATED, false, sentence, now)
        .with(READY, false, sentence, now);
  }

  private static Conditions export(Conditions old, String sentence, boolean ready, String now) {
    return running(old, sentence, now)
        .with(INITIATED, true, sentence, now)
        .with(READY, ready, sentence, now);
  }

  private static Conditions detaching(Conditions old, BackupView backup, String vm, String now) {
    var sentence = "detaching backup target pvc from vmi " + vm;
    var next = backup.isStarted() ? running(old, sentence, now) : initializing(old, sentence, now);
    return deleting(next, backup, now);
  }

  private static Conditions deleting(Conditions old, BackupView backup, String now) {
    return backup.deleting() ? old.with(DELETING, true, "Backup is being deleted", now) : old;
  }

  /** {@code Done} tells success and failure alike; what else stood there stays. */
  private static Conditions ended(Conditions old, String sentence, String now) {
    var next = old.with(PROGRESSING, false, sentence, now).with(DONE, true, sentence, now);
    return old.find(ABORTING).isPresent() ? next.with(ABORTING, false, sentence, now) : next;
  }
}
