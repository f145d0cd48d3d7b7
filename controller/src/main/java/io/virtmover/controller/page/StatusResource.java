// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.queue.Slots;
import io.virtmover.controller.watch.ApiTrouble;
import io.virtmover.controller.watch.KnownRequests;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** What the page shows, for the page and for programs. */
@Path("/api/status")
@RunOnVirtualThread
public class StatusResource {
  private static final Logger LOG = Logger.getLogger(StatusResource.class);

  private final ControllerConfig config;
  private final Viewers viewers;
  private final KnownRequests known;
  private final Slots slots;
  private final Clock clock = Clock.systemUTC();

  StatusResource(ControllerConfig config, Viewers viewers, KnownRequests known, Slots slots) {
    this.config = config;
    this.viewers = viewers;
    this.known = known;
    this.slots = slots;
  }

  /** What the controller does. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "What runs, what waits and why, and the last ends")
  @APIResponse(responseCode = "200", description = "the report")
  @APIResponse(responseCode = "401", description = "no token of this Kubernetes cluster")
  @APIResponse(responseCode = "403", description = "the user may not list the requests")
  @APIResponse(responseCode = "404", description = "virtmover.page.enabled is off")
  @APIResponse(responseCode = "503", description = "the API server could not be asked")
  public RestResponse<StatusReport> status(
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization) {
    if (!config.page().enabled()) {
      throw new NotFoundException();
    }
    switch (access(authorization)) {
      case Access.Granted() -> {}
      case Access.Unknown(var why) -> throw refusal(Response.Status.UNAUTHORIZED, why);
      case Access.Forbidden(var why) -> throw refusal(Response.Status.FORBIDDEN, why);
    }
    return SafeHeaders.on(ResponseBuilder.ok(report()), SafeHeaders.NOTHING_RUNS).build();
  }

  private Access access(@Nullable String authorization) {
    try {
      return viewers.access(authorization);
    } catch (KubernetesClientException e) {
      var why = ApiTrouble.of(e).getMessage();
      LOG.warnf("Could not find out who may see the page: %s", why);
      throw refusal(
          Response.Status.SERVICE_UNAVAILABLE,
          "The controller could not find out who you are. Its log says why.");
    }
  }

  private StatusReport report() {
    var requests =
        known.list().stream()
            .filter(request -> config.datamovers().contains(request.datamover()))
            .toList();
    var view = new StatusView(known::look, request -> slots.ahead(request.getMetadata().getUid()));
    return new StatusReport(
        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
        config.namespace(),
        new StatusReport.Slots(slots.taken(), config.limits().cluster()),
        view.running(requests),
        view.waiting(requests),
        view.ended(requests));
  }

  private static WebApplicationException refusal(Response.Status status, String why) {
    var problem = new Problem(status.getStatusCode(), status.getReasonPhrase(), why);
    var answer =
        ResponseBuilder.<Problem>create(status.getStatusCode()).entity(problem).type(Problem.TYPE);
    if (status == Response.Status.UNAUTHORIZED) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    return new WebApplicationException(
        why, SafeHeaders.on(answer, SafeHeaders.NOTHING_RUNS).build().toResponse());
  }
}
