// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import io.virtmover.controller.velero.TransferObject;
import java.util.Optional;

/** How a request's message tells that the store does not answer. */
public final class StoreWait {
  private static final String WORDS = "Waits for the store: ";

  private StoreWait() {}

  /**
   * The message. What was told first stays: a store says something else each time, if only for how
   * long it was tried, and each change would be written.
   */
  public static String message(TransferObject request, String why) {
    return isTold(request) ? told(request) : WORDS + why;
  }

  /** Whether the request has such a message. */
  public static boolean isTold(TransferObject request) {
    return told(request).startsWith(WORDS);
  }

  private static String told(TransferObject request) {
    return Optional.ofNullable(request.status().message()).orElse("");
  }
}
