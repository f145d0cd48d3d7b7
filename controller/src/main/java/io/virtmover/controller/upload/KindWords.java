// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The words in which a message says what kind of backup it is.
 *
 * @param rest what the message says besides
 */
record KindWords(Optional<BackupType> type, Optional<FullReason> reason, String rest) {
  /** How each message about a full begins. */
  static final String FULL = "Full backup";

  private static final String INCREMENT = "Incremental backup";

  private static final Pattern BEGIN =
      Pattern.compile(
          "(?:(%s)(?: \\((\\w+)\\))?|%s(?: \\(all of [^)]*\\))?)\\. ?".formatted(FULL, INCREMENT));

  /** The message about a full. */
  static String full(FullReason reason) {
    return "%s (%s).".formatted(FULL, reason.spelling());
  }

  /**
   * The message about an increment.
   *
   * @param whole the disks that are backed up whole, since their changes alone are not known
   */
  static String increment(List<VolumeName> whole) {
    return whole.isEmpty()
        ? INCREMENT + "."
        : "%s (all of %s)."
            .formatted(
                INCREMENT,
                whole.stream().map(VolumeName::value).sorted().collect(Collectors.joining(", ")));
  }

  /** Takes the words off the beginning of a message, if it has them. */
  static KindWords read(String message) {
    var found = BEGIN.matcher(message);
    if (!found.lookingAt()) {
      return new KindWords(Optional.empty(), Optional.empty(), message);
    }
    return new KindWords(
        Optional.of(found.group(1) == null ? BackupType.INCREMENTAL : BackupType.FULL),
        Optional.ofNullable(found.group(2)).map(FullReason::read),
        message.substring(found.end()));
  }
}
