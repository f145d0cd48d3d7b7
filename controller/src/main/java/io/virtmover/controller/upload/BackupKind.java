// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.cluster.Quiesce;
import io.virtmover.cluster.VmBackup;
import io.virtmover.controller.report.Ending;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import io.virtmover.transfer.BackUpReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What kind of backup it is, as the message of its DataUpload begins.
 *
 * @param reason why it is a full, where that is known
 * @param whole the disks that an increment backs up whole, since their changes alone are not known
 * @param isUnfrozen whether KubeVirt says that the guest's file systems could not be frozen
 */
record BackupKind(
    BackupType type, Optional<FullReason> reason, List<VolumeName> whole, boolean isUnfrozen) {
  private static final String FULL = "Full backup";
  private static final String INCREMENT = "Incremental backup";
  private static final String UNFROZEN = ", guest not frozen";
  private static final String SEPARATOR = ", ";
  private static final Pattern BEGIN =
      Pattern.compile(
          "(?:(%s)(?: \\((\\w+)\\))?|%s(?: \\(all of ([^)]*)\\))?)(%s)?\\. ?"
              .formatted(FULL, INCREMENT, UNFROZEN));

  /**
   * What a message says.
   *
   * @param kind empty where it does not say it
   * @param rest what it says besides
   */
  record Told(Optional<BackupKind> kind, String rest) {}

  /** A full. */
  static BackupKind full(Optional<FullReason> reason) {
    return new BackupKind(BackupType.FULL, reason, List.of(), false);
  }

  private static BackupKind increment(Stream<VolumeName> whole) {
    return new BackupKind(BackupType.INCREMENTAL, Optional.empty(), whole.sorted().toList(), false);
  }

  /** The same of a guest that could not be frozen, or could. */
  BackupKind unfrozen(boolean isSo) {
    return new BackupKind(type, reason, whole, isSo);
  }

  /** KubeVirt's word decides: it may have made a full of what was to be an increment. */
  static BackupKind of(VmBackup backup, BackupPlan plan) {
    return made(backup, plan).unfrozen(backup.quiesce() == Quiesce.FAILED);
  }

  private static BackupKind made(VmBackup backup, BackupPlan plan) {
    if (plan.reason().isPresent()) {
      return full(plan.reason());
    }
    if (backup.type().equals(Optional.of(BackupType.FULL))) {
      return full(Optional.of(FullReason.CHANGES_UNKNOWN));
    }
    return increment(
        backup.volumes().stream()
            .filter(volume -> volume.type().equals(Optional.of(BackupType.FULL)))
            .map(VmBackup.IncludedVolume::name));
  }

  /** An increment as its mover has made it. */
  static BackupKind increment(BackUpReport report) {
    return increment(
        report.disks().stream()
            .filter(disk -> disk.type() == BackupType.FULL)
            .map(BackUpReport.Disk::volume));
  }

  /** Reads the beginning of a message. */
  static Told read(String message) {
    var found = BEGIN.matcher(message);
    if (!found.lookingAt()) {
      return new Told(Optional.empty(), message);
    }
    var kind =
        found.group(1) == null
            ? increment(Stream.ofNullable(found.group(3)).flatMap(BackupKind::names))
            : full(Optional.ofNullable(found.group(2)).map(FullReason::read));
    return new Told(
        Optional.of(kind.unfrozen(found.group(4) != null)), message.substring(found.end()));
  }

  private static Stream<VolumeName> names(String listed) {
    return Stream.of(listed.split(SEPARATOR)).map(VolumeName::new);
  }

  /** The beginning of a message. */
  String text() {
    return what() + (isUnfrozen ? UNFROZEN : "") + ".";
  }

  private String what() {
    return switch (type) {
      case FULL -> reason.map(why -> "%s (%s)".formatted(FULL, why.spelling())).orElse(FULL);
      case INCREMENTAL ->
          whole.isEmpty()
              ? INCREMENT
              : "%s (all of %s)"
                  .formatted(
                      INCREMENT,
                      whole.stream().map(VolumeName::value).collect(Collectors.joining(SEPARATOR)));
    };
  }

  /**
   * What is known of its end.
   *
   * @param chain empty where it was not told
   */
  Ending ending(List<CheckpointName> chain) {
    return new Ending(
        Optional.of(type),
        reason,
        chain.isEmpty() ? OptionalInt.empty() : OptionalInt.of(chain.size()),
        Optional.empty());
  }
}
