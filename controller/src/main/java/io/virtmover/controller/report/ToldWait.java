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
    return steady(request, words + why);
  }

  /**
   * A message that ends with what others say, after a colon. What was told first stays: they say
   * something else each time, if only for how long they have tried, and each change would be
   * written.
   */
  public static String steady(TransferObject request, String message) {
    return isOfSameKind(request.told(), message) ? request.told() : message;
  }

  /** Whether two such messages differ at most in what others say. */
  public static boolean isOfSameKind(String one, String other) {
    return head(one).equals(head(other));
  }

  private static String head(String message) {
    return message.split(": ", 2)[0];
  }

  /** Whether the request has such a message. */
  public boolean isTold(TransferObject request) {
    return request.told().startsWith(words);
  }
}
