// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.config;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The time of this machine, for those that are given a clock. */
final class SystemClock {
  private SystemClock() {}

  @Produces
  @Singleton
  static Clock utc() {
    return Clock.systemUTC();
  }
}
