// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import io.virtmover.controller.velero.TransferObject;
import java.time.Duration;

/** How a request's message tells what keeps it from beginning, though it is its turn. */
public enum ToldWait {
  /** The store does not answer. */
  STORE("Waits for the store: "),
  /** The API server, or who has a say in it, does not do what is asked of it. */
  KUBERNETES("Waits for Kubernetes: ");

  /** What takes no longer need not be told. */
  public static final Duration USUAL = Duration.ofSeconds(20);

  private final String words;

  ToldWait(String words) {
    this.words = words;
  }

  /** The message; it stays as it was told first ({@link #steady}). */
  public String message(TransferObject request, String why) {
    return steady(request, words + why, words);
  }

  /**
   * A message that ends with what others say. What was told first stays: they say something else
   * each time, if only for how long they have tried, and each change would be written.
   *
   * @param quote what comes before others' words; a message without it is told as it is
   */
  public static String steady(TransferObject request, String message, String quote) {
    var at = message.indexOf(quote);
    return at >= 0 && request.told().startsWith(message.substring(0, at + quote.length()))
        ? request.told()
        : message;
  }

  /** Whether the request has such a message. */
  public boolean isTold(TransferObject request) {
    return request.told().startsWith(words);
  }
}
