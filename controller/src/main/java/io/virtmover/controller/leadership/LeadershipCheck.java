// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready is the leader whose caches are filled, and one that waits and is in touch with the API
 * server: an update replaces the leader only when there is another one to take over.
 */
@Readiness
@ApplicationScoped
public class LeadershipCheck implements HealthCheck {
  private final Leadership leadership;
  private final Succession succession;

  LeadershipCheck(Leadership leadership, Succession succession) {
    this.leadership = leadership;
    this.succession = succession;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("leadership")
        .status(succession.isReady())
        .withData("leads", leadership.isLeading())
        .build();
  }
}
