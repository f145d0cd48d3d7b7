// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.regex.Pattern;

/**
 * The version of a document, {@code major.minor}. A field that a reader may ignore makes a new
 * minor version, anything else a new major one: a controller and a mover of different releases meet
 * during an upgrade.
 */
record FormatVersion(int major, int minor) {
  /** What this program writes. */
  static final FormatVersion CURRENT = new FormatVersion(1, 1);

  /** As documents had it before there were minor versions. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private static final Pattern FORM = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})");

  /**
   * Reads a version that this program can read documents of.
   *
   * @param where the document, for messages
   * @throws VirtMoverException {@code UNSUPPORTED} for another major version, {@code
   *     INVALID_REQUEST} for what is none
   */
  static FormatVersion readable(String text, String where) {
    if (NUMBER.matcher(text).matches()) {
      throw another(text, where);
    }
    var form = FORM.matcher(text);
    if (!form.matches()) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "%s: its version is not of the form major.minor, as %s is.".formatted(where, CURRENT));
    }
    var version =
        new FormatVersion(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
    if (version.major != CURRENT.major) {
      throw another(version.toString(), where);
    }
    return version;
  }

  private static VirtMoverException another(String version, String where) {
    return new VirtMoverException(
        FailureKind.UNSUPPORTED,
        "%s has version %s; this program knows %d.x. Let controller and mover be of one release."
            .formatted(where, version, CURRENT.major));
  }

  /** Whether documents of the version may hold fields that this program does not know. */
  boolean mayHaveUnknownFields() {
    return minor > CURRENT.minor;
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
