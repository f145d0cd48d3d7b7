// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import io.virtmover.controller.config.ControllerConfig;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * The times of a lease.
 *
 * @param lease for how long nobody else takes it over
 * @param renewDeadline after which a leader that could not renew it ends itself
 * @param retryPeriod between two renewals
 */
record LeaseTimes(Duration lease, Duration renewDeadline, Duration retryPeriod) {
  LeaseTimes {
    // In Kubernetes it has whole seconds.
    lease = lease.truncatedTo(ChronoUnit.SECONDS);
    if (lease.compareTo(Duration.ofSeconds(1)) < 0
        || renewDeadline.compareTo(lease) >= 0
        || retryPeriod.multipliedBy(2).compareTo(renewDeadline) > 0
        || retryPeriod.isNegative()
        || retryPeriod.isZero()) {
      throw new IllegalArgumentException(
          "The settings virtmover.leadership do not fit each other: lease-duration %s, renew-deadline %s, retry-period %s. The lease has whole seconds, one at least, and has to last longer than the renew deadline, which has to allow two tries."
              .formatted(lease, renewDeadline, retryPeriod));
    }
  }

  static LeaseTimes of(ControllerConfig.Leadership settings) {
    return new LeaseTimes(
        settings.leaseDuration(), settings.renewDeadline(), settings.retryPeriod());
  }
}
