// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Posts the result until the controller has it, or will not have it, or the time is over. */
final class ResultPost {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final CallbackClient client;
  private final URI address;

  ResultPost(CallbackClient client, URI address) {
    this.client = client;
    this.address = address;
  }

  /**
   * Delivers it.
   *
   * @param most time that all tries may take
   * @return why the controller does not have it, if so
   */
  Optional<String> deliver(String json, Duration most) {
    var end = System.nanoTime() + most.toNanos();
    var left = most;
    for (var pause = FIRST_PAUSE; ; pause = longer(pause)) {
      switch (client.post(address, json, left)) {
        case Delivery.Done _ -> {
          return Optional.empty();
        }
        case Delivery.Unwanted _ -> {
          return Optional.of("it no longer wants the attempt (410)");
        }
        case Delivery.Refused(var why) -> {
          return Optional.of(why);
        }
        case Delivery.Failed(var why) -> {
          left = Duration.ofNanos(end - System.nanoTime()).minus(pause);
          if (!left.isPositive() || !rested(pause)) {
            return Optional.of(why);
          }
        }
      }
    }
  }

  private static Duration longer(Duration pause) {
    var twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }

  /** False if there is no more time. */
  private static boolean rested(Duration pause) {
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
