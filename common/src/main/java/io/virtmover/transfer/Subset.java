// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.regex.Pattern;

/**
 * A rotating share: the {@code number}th of {@code of} parts. All parts together are everything.
 */
public record Subset(int number, int of) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,6})/([0-9]{1,6})");
  private static final Subset WHOLE = new Subset(1, 1);

  public Subset {
    if (number < 1 || of < 1 || number > of) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "%d/%d is not a subset: write n/t with 1 <= n <= t, for example 3/7."
              .formatted(number, of));
    }
  }

  public static Subset whole() {
    return WHOLE;
  }

  /** Reads {@code n/t}. */
  public static Subset parse(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "'%s' is not a subset: write n/t, for example 3/7.".formatted(text));
    }
    return new Subset(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return number + "/" + of;
  }

  /** Whether the share has an image's window of this number. */
  public boolean contains(long window) {
    return window % of == number - 1;
  }
}
