// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import java.util.Optional;

/** The conditions of model B. Source: kubevirt-backup-api.md §2.4. */
final class ConditionsB {
  private static final String PROGRESSING = "Progressing";

  private ConditionsB() {}

  static Conditions after(Conditions old, Stage stage, String now) {
    return switch (stage) {
      case Stage.Quiet(),
          Stage.Attaching(_, _),
          Stage.BeingAttached(_, _),
          Stage.Connected(_),
          Stage.Detaching(_) ->
          old;
      case Stage.Waiting(var message) -> old.with(PROGRESSING, true, "Initializing", message, now);
      case Stage.Started(_) ->
          old.with(PROGRESSING, true, "Initiated", "Backup is in progress", now);
      case Stage.PreparingExport() ->
          old.with(PROGRESSING, true, "PreparingExport", "Backup export is being initialized", now);
      case Stage.Exported(_) ->
          old.with(PROGRESSING, true, "ExportReady", "Backup export is ready to pull", now);
      case Stage.Aborting(var message) -> old.with(PROGRESSING, true, "Aborting", message, now);
      case Stage.Ended(var verdict) -> ended(old, verdict, now);
    };
  }

  private static Conditions ended(Conditions old, Verdict verdict, String now) {
    var sentence = verdict.sentence();
    var type =
        switch (verdict) {
          case Verdict.Succeeded(_) -> "Complete";
          case Verdict.Failed(_, _) -> "Failed";
        };
    var reason = reason(verdict);
    return old.with(type, true, reason, sentence, now)
        .with(PROGRESSING, false, reason, sentence, now);
  }

  private static String reason(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Succeeded(var warning) ->
          warning.isPresent() ? "CompletedWithWarning" : "Completed";
      case Verdict.Failed(var reason, _) -> reason.text();
    };
  }

  /** The condition that tells whether the guest was frozen; unknown words set none. */
  static Conditions quiesced(Conditions old, Optional<String> status, String now) {
    return switch (status.orElse("")) {
      case "Succeeded" ->
          old.with(
              "Quiesced",
              true,
              "QuiesceSucceeded",
              "Guest filesystem was successfully quiesced",
              now);
      case "Failed" ->
          old.with("Quiesced", false, "QuiesceFailed", "Guest filesystem quiesce failed", now);
      case "Skipped" ->
          old.with(
              "Quiesced", false, "QuiesceSkipped", "Guest filesystem quiesce was skipped", now);
      default -> old;
    };
  }
}
