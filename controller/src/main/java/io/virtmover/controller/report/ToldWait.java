// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import io.virtmover.controller.velero.TransferObject;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How a request's message tells what keeps it from beginning, though it is its turn. */
public enum ToldWait {
  /** The store does not answer. */
  STORE("Waits for the store: "),
  /** The API server, or who has a say in it, does not do what is asked of it. */
  KUBERNETES("Waits for Kubernetes: ");

  /** What takes no longer need not be told. */
  public static final Duration USUAL = Duration.ofSeconds(20);

  private static final Pattern WITH_DIGIT = Pattern.compile("\\d");

  private final String words;

  ToldWait(String words) {
    this.words = words;
  }

  /** The message; it stays as it was told first ({@link #steady}). */
  public String message(TransferObject request, String why) {
    return steady(request, words + why, words);
  }

  /**
   * A message that ends with what others say. Where they say the same as before, what was told
   * first stays: names of pods, times and counts differ with each try, and each change would be
   * written.
   *
   * @param quote what comes before others' words; a message without it is told as it is
   */
  public static String steady(TransferObject request, String message, String quote) {
    var at = message.indexOf(quote);
    if (at < 0) {
      return message;
    }
    var head = message.substring(0, at + quote.length());
    var told = request.told();
    return told.startsWith(head)
            && lasting(told.substring(head.length()))
                .equals(lasting(message.substring(head.length())))
        ? told
        : message;
  }

  /** The words in their order; one that has a digit may be another one the next time. */
  private static List<String> lasting(String text) {
    return Stream.of(text.split("\\s+"))
        .map(word -> WITH_DIGIT.matcher(word).find() ? "" : word)
        .toList();
  }

  /** Whether the request has such a message. */
  public boolean isTold(TransferObject request) {
    return request.told().startsWith(words);
  }
}
