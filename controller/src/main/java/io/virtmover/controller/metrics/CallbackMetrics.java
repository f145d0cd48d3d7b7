// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.util.List;

/** Counts what movers, or whoever says to be one, post in vain. */
@Startup
@ApplicationScoped
public class CallbackMetrics {
  private static final List<Integer> USUAL =
      List.of(
          HttpURLConnection.HTTP_BAD_REQUEST,
          HttpURLConnection.HTTP_UNAUTHORIZED,
          HttpURLConnection.HTTP_FORBIDDEN);

  private final MeterRegistry registry;

  CallbackMetrics(MeterRegistry registry) {
    this.registry = registry;
    USUAL.forEach(status -> refusals(status).increment(0));
  }

  /**
   * A report was refused.
   *
   * @param status of the answer
   */
  public void refused(int status) {
    refusals(status).increment();
  }

  private Counter refusals(int status) {
    return Counter.builder("virtmover.callback.refused")
        .description("Reports that were refused, by the answer's status.")
        .tag("status", Integer.toString(status))
        .register(registry);
  }
}
