// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Answers in place of everything that needs what only the leader has. The service leads to the
 * leader alone; who comes here all the same is to come again.
 */
public class Standby {
  private final Leadership leadership;

  Standby(Leadership leadership) {
    this.leadership = leadership;
  }

  /** Before any resource. */
  @ServerRequestFilter
  public Optional<Response> refuse() {
    return leadership.isLeading()
        ? Optional.empty()
        : Optional.of(
            Response.status(Response.Status.SERVICE_UNAVAILABLE)
                .header("Retry-After", "1")
                .entity("This controller does not lead; try again.")
                .type(MediaType.TEXT_PLAIN_TYPE)
                .build());
  }
}
