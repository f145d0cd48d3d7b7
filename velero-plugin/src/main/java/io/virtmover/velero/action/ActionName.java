// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.regex.Pattern;

/** An action's name, {@code virtmover.io/…}: Velero wants a domain, one slash, and a word. */
public record ActionName(String word) {
  private static final String DOMAIN = "virtmover.io/";
  private static final Pattern WORD = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

  public ActionName {
    if (!WORD.matcher(word).matches()) {
      throw new VirtMoverException(
          FailureKind.INTERNAL,
          "an action cannot be called '%s': lower case letters, digits and '-' only"
              .formatted(word));
    }
  }

  /** The name as Velero writes it. */
  @Override
  public String toString() {
    return DOMAIN + word;
  }
}
