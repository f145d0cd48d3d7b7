// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import org.apache.hc.core5.http.HttpStatus;

/** What came of a post. */
sealed interface Delivery {
  /** The controller has it. */
  record Done() implements Delivery {}

  /** The controller no longer wants the attempt. */
  record Unwanted() implements Delivery {}

  /**
   * The same would be refused again.
   *
   * @param why in words that follow "the controller at ... :"
   */
  record Refused(String why) implements Delivery {}

  /** It may go better soon. */
  record Failed(String why) implements Delivery {}

  /** What a status means. Nothing of an answer but this is looked at. */
  static Delivery of(int status) {
    return switch (status) {
      case HttpStatus.SC_GONE -> new Unwanted();
      case HttpStatus.SC_UNAUTHORIZED, HttpStatus.SC_FORBIDDEN ->
          new Refused("it does not accept the pod's token (%d)".formatted(status));
      case HttpStatus.SC_NOT_FOUND -> new Refused("it does not know the attempt (404)");
      case HttpStatus.SC_REQUEST_TIMEOUT,
          HttpStatus.SC_TOO_EARLY,
          HttpStatus.SC_TOO_MANY_REQUESTS ->
          new Failed("it answered %d".formatted(status));
      default -> ofClass(status);
    };
  }

  private static Delivery ofClass(int status) {
    return switch (status / 100) {
      case 2 -> new Done();
      case 3 ->
          new Refused(
              "it redirects (%d), which is not followed because the token would go there"
                  .formatted(status));
      case 4 -> new Refused("it does not take that (%d)".formatted(status));
      default -> new Failed("it answered %d".formatted(status));
    };
  }
}
