// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.controller.config.ControllerConfig;
import java.time.Duration;

/**
 * How long steps may take.
 *
 * @param patience after which a wait is told to users
 */
record Deadlines(
    Duration prepare, Duration schedule, Duration total, Duration cleanup, Duration patience) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  static Deadlines of(ControllerConfig.Timeouts config) {
    return new Deadlines(
        config.prepare(), config.schedule(), config.total(), config.cleanup(), PATIENCE);
  }
}
