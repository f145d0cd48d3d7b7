// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.failure.FailureKind;
import java.util.Optional;

/** How a transfer ended. */
public sealed interface Outcome {
  /** Everything was done. */
  record Completed(Report report) implements Outcome {}

  /**
   * It failed.
   *
   * @param report where there is something to report all the same, as damage that was found
   */
  record Failed(FailureKind kind, String message, Optional<Report> report) implements Outcome {
    public Failed {
      if (kind == FailureKind.CANCELED) {
        throw new IllegalArgumentException("what was canceled has not failed");
      }
    }
  }

  /** A user or a deadline stopped it. */
  record Canceled(String message) implements Outcome {}
}
