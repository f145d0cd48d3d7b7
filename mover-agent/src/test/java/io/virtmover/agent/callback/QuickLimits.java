// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import java.time.Duration;

/** Limits that a test can wait for. */
final class QuickLimits {
  static final Duration LONG = Duration.ofMinutes(1);

  private QuickLimits() {}

  /** No post is ever given up. */
  static CallbackLimits patient() {
    return new CallbackLimits(Duration.ofMillis(10), LONG, LONG, LONG, LONG, LONG);
  }

  /** The result is given up after this time, a post of progress never. */
  static CallbackLimits result(Duration most) {
    return new CallbackLimits(Duration.ofMillis(10), LONG, LONG, LONG, most, LONG);
  }

  /** Nobody looks for progress; the result of what was canceled is given up after this time. */
  static CallbackLimits resultOnly(Duration most) {
    return new CallbackLimits(LONG, LONG, LONG, LONG, LONG, most);
  }
}
