// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.callback;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.virtmover.controller.access.BearerToken;
import io.virtmover.controller.metrics.CallbackMetrics;
import io.virtmover.controller.mover.MoverPod;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.ProgressCodec;
import io.virtmover.transfer.ResultCodec;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.jspecify.annotations.Nullable;

/**
 * What movers post (docs/transfer-contract.md, "Callback"). A mover can tell of its own attempt
 * alone, and what it tells is not believed without a look: only {@link MoverReports} keeps it.
 */
@Path("/api/movers/{id}")
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@SecurityScheme(
    securitySchemeName = MoverResource.TOKEN,
    type = SecuritySchemeType.HTTP,
    scheme = "bearer",
    description =
        "A projected token of the mover's pod, for the audience virtmover.callback.audience")
@SecurityRequirement(name = MoverResource.TOKEN)
@APIResponse(responseCode = "204", description = "taken")
@APIResponse(responseCode = "400", description = "no such document")
@APIResponse(responseCode = "401", description = "no token of a mover")
@APIResponse(responseCode = "403", description = "the token of another attempt")
public class MoverResource {
  static final String TOKEN = "mover";
  private static final String WHERE = "the report";

  /** A document that was read, and what it changes if it is the right mover's. */
  private record Told(String id, Consumer<MoverPod> effect) {}

  private final MoverIdentity identity;
  private final MoverReports reports;
  private final CallbackMetrics metrics;

  MoverResource(MoverIdentity identity, MoverReports reports, CallbackMetrics metrics) {
    this.identity = identity;
    this.reports = reports;
    this.metrics = metrics;
  }

  /** How far a mover is. */
  @POST
  @Path("progress")
  @Operation(operationId = "progress", summary = "A mover tells how far it is")
  @RequestBody(content = @Content(schema = @Schema(ref = "Progress")))
  public Response progress(
      @PathParam("id") String id,
      @Parameter(hidden = true) @HeaderParam(HttpHeaders.AUTHORIZATION)
          @Nullable String authorization,
      byte[] body) {
    return accept(
        id,
        authorization,
        () -> {
          var told = ProgressCodec.read(WHERE, body);
          var progress = new TransferStatus.Progress(told.totalBytes(), told.bytesDone());
          return new Told(told.id(), pod -> reports.tell(id, pod, progress));
        });
  }

  /** How a mover has ended. */
  @POST
  @Path("result")
  @Operation(operationId = "result", summary = "A mover tells how it has ended")
  @RequestBody(content = @Content(schema = @Schema(ref = "Result")))
  public Response result(
      @PathParam("id") String id,
      @Parameter(hidden = true) @HeaderParam(HttpHeaders.AUTHORIZATION)
          @Nullable String authorization,
      byte[] body) {
    return accept(
        id,
        authorization,
        () -> {
          var told = ResultCodec.read(WHERE, body);
          return new Told(told.id(), pod -> reports.tell(id, pod, told.outcome()));
        });
  }

  private Response accept(String id, @Nullable String authorization, Supplier<Told> reading) {
    var mover = BearerToken.of(authorization).flatMap(identity::mover);
    if (mover.isEmpty()) {
      return refuse(Response.Status.UNAUTHORIZED, "This takes the token of a mover.");
    }
    if (!mover.get().attempt().equals(id)) {
      return refuse(Response.Status.FORBIDDEN, "The token is that of another attempt.");
    }
    try {
      var told = reading.get();
      if (!told.id().equals(id)) {
        return refuse(Response.Status.BAD_REQUEST, "The document is about another attempt.");
      }
      told.effect().accept(mover.get().pod());
      return Response.noContent().build();
    } catch (VirtMoverException e) {
      return refuse(Response.Status.BAD_REQUEST, e.getMessage());
    }
  }

  private Response refuse(Response.Status status, String message) {
    metrics.refused(status.getStatusCode());
    return Response.status(status).entity(message).type(MediaType.TEXT_PLAIN_TYPE).build();
  }
}
