// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.virtmover.controller.Keys;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.controller.velero.TransferPhase;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jboss.logging.Logger;

/**
 * Writes requests. Their status is no subresource, so all goes to the object itself, as a patch of
 * what changes that counts only for the version that was looked at.
 */
@ApplicationScoped
public class Requests {
  private static final Logger LOG = Logger.getLogger(Requests.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int GONE = HttpURLConnection.HTTP_NOT_FOUND;

  private final KubernetesClient client;
  private final ControllerConfig config;
  private final Ends ends;

  Requests(KubernetesClient client, ControllerConfig config, Ends ends) {
    this.client = client;
    this.config = config;
    this.ends = ends;
  }

  /**
   * Writes a change, if it is one.
   *
   * @return false when somebody else has written meanwhile: look again
   */
  public boolean write(TransferObject request, Change change) {
    var now = Clock.systemUTC().instant();
    var patch = patch(request, change, config.instance(), now);
    if (patch.isEmpty()) {
      return true;
    }
    patch
        .withObject("/metadata")
        .put("resourceVersion", request.getMetadata().getResourceVersion());
    try {
      client.resource(request).patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == GONE) {
        return false;
      }
      throw e;
    }
    if (change.phase() != request.phase()) {
      LogContext.put(LogContext.PHASE, change.phase().spelling());
      if (change.phase().isFinal()) {
        LogContext.end(request, change, now);
      }
      LOG.infof(
          "%s %s: %s, was %s: %s",
          request.getKind(),
          request.getMetadata().getName(),
          change.phase().spelling(),
          request.phase().spelling(),
          change.message());
      if (change.phase().isFinal()) {
        ends.ended(request, change, now);
      }
    }
    return true;
  }

  /** What a change comes to for the request as it is; empty when it is that already. */
  static ObjectNode patch(TransferObject request, Change change, String instance, Instant now) {
    var patch = JSON.createObjectNode();
    status(patch, request, change, instance, now.truncatedTo(ChronoUnit.SECONDS).toString());
    var finalizers = request.getMetadata().getFinalizers();
    var isHeld = finalizers.contains(Keys.FINALIZER);
    // The API server takes no new finalizer for what is being deleted.
    if (isHeld ? !change.holds() : change.holds() && !request.isDeleting()) {
      var after = patch.withObject("/metadata").putArray("finalizers");
      finalizers.stream().filter(other -> !other.equals(Keys.FINALIZER)).forEach(after::add);
      if (change.holds()) {
        after.add(Keys.FINALIZER);
      }
    }
    change
        .annotations()
        .forEach(
            (key, value) -> {
              if (!Objects.equals(request.getMetadata().getAnnotations().get(key), value)) {
                patch.withObject("/metadata").withObject("/annotations").put(key, value);
              }
            });
    return patch;
  }

  private static void status(
      ObjectNode patch, TransferObject request, Change change, String instance, String now) {
    var seen = request.status();
    var status = JSON.createObjectNode();
    if (change.phase() != seen.phase()) {
      status.put("phase", change.phase().spelling());
    }
    if (!change.message().equals(Objects.requireNonNullElse(seen.message(), ""))) {
      status.put("message", change.message());
    }
    if (seen.acceptedTimestamp() == null && request.phase() == TransferPhase.NEW) {
      status.put("acceptedTimestamp", now);
      status.put("acceptedByNode", instance);
    }
    if (change.phase() == TransferPhase.IN_PROGRESS && seen.startTimestamp() == null) {
      status.put("startTimestamp", now);
    }
    if (change.phase().isFinal() && seen.completionTimestamp() == null) {
      status.put("completionTimestamp", now);
    }
    change
        .progress()
        .filter(progress -> !progress.equals(seen.progress()))
        .ifPresent(
            progress -> {
              var node = status.putObject("progress");
              node.put("totalBytes", progress.totalBytes());
              node.put("bytesDone", progress.bytesDone());
            });
    change
        .snapshotID()
        .filter(id -> !id.equals(seen.snapshotID()))
        .ifPresent(id -> status.put("snapshotID", id));
    if (change.incrementalBytes().isPresent() && seen.incrementalBytes() == null) {
      status.put("incrementalBytes", change.incrementalBytes().getAsLong());
    }
    if (!status.isEmpty()) {
      patch.set("status", status);
    }
  }
}
