// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.report.ToldWait;
import java.time.Duration;

/**
 * How long steps may take.
 *
 * @param patience after which a wait is told to users
 */
record Deadlines(
    Duration prepare, Duration schedule, Duration total, Duration cleanup, Duration patience) {
  /** KubeVirt and Kubernetes take longer the more there is to do at once. */
  private static final Duration USUAL_FOR_ANOTHER = Duration.ofSeconds(10);

  /** What is not told before it is over has no reason. */
  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /**
   * As the settings have it.
   *
   * @param others how many transfers run besides
   */
  static Deadlines of(ControllerConfig.Timeouts config, int others) {
    return new Deadlines(
        config.prepare(),
        config.schedule(),
        config.total(),
        config.cleanup(),
        least(
            ToldWait.USUAL.plus(USUAL_FOR_ANOTHER.multipliedBy(others)),
            config.prepare().dividedBy(2)));
  }
}
