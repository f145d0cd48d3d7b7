// SPDX-License-Identifier: Apache-2.0
package io.virtmover.domain;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;

/** The rule every name obeys that becomes part of an object key. */
final class Names {
  private static final int MAX_LENGTH = 253;

  private Names() {}

  /**
   * Returns the name if it can stand as one segment of an object key.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} for an empty or too long name, for {@code .}
   *     and {@code ..}, and for a slash, backslash or control character
   */
  static String checked(String what, String name) {
    if (name.isEmpty()) {
      throw invalid("The %s is empty; give its name.".formatted(what));
    }
    if (name.length() > MAX_LENGTH) {
      throw invalid(
          "The %s has %d characters; at most %d are possible."
              .formatted(what, name.length(), MAX_LENGTH));
    }
    if (name.equals(".") || name.equals("..")) {
      throw invalid("The %s may not be '%s'.".formatted(what, name));
    }
    for (var i = 0; i < name.length(); i++) {
      var c = name.charAt(i);
      if (c == '/' || c == '\\' || Character.isISOControl(c) || Character.isSurrogate(c)) {
        throw invalid(
            "The %s contains the character U+%04X at position %d, which cannot be part of an object"
                    .formatted(what, (int) c, i + 1)
                + " key; use the Kubernetes name.");
      }
    }
    return name;
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
