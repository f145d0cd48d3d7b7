// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.lab.cluster.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A request that changed the cluster, from the API server's audit log (audit.k8s.io/v1, Event).
 *
 * @param at when the API server had answered
 * @param user as the API server calls it, for example {@code system:serviceaccount:NS:NAME}
 * @param pod the one whose token it came with; empty where it was no pod's
 * @param verb {@code create}, {@code update}, {@code patch}, {@code delete}
 * @param resource plural, with its subresource, for example {@code datauploads} or {@code
 *     tokenreviews}
 * @param namespace empty without one
 * @param name empty where the API server makes it
 * @param status of the answer, for example 200
 * @param body what was sent; missing but for Velero's and KubeVirt's backup objects
 */
public record ApiWrite(
    Instant at,
    String user,
    String pod,
    String verb,
    String resource,
    String namespace,
    String name,
    int status,
    JsonNode body) {
  private static final String POD = "authentication.kubernetes.io/pod-name";
  private static final ObjectMapper JSON = new ObjectMapper();

  static List<ApiWrite> read(Path log) {
    try {
      var text = Files.readString(log);
      // The last line may be half written.
      return text.substring(0, text.lastIndexOf(System.lineSeparator()) + 1)
          .lines()
          .map(ApiWrite::parse)
          .map(ApiWrite::of)
          .toList();
    } catch (IOException e) {
      throw new LabException("cannot read the audit log: " + e.getMessage(), e);
    }
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new LabException("the audit log has a line that is not JSON: " + line, e);
    }
  }

  private static ApiWrite of(JsonNode event) {
    var object = event.path("objectRef");
    var subresource = object.path("subresource").asText();
    return new ApiWrite(
        Instant.parse(event.path("stageTimestamp").asText()),
        event.path("user").path("username").asText(),
        event.path("user").path("extra").path(POD).path(0).asText(),
        event.path("verb").asText(),
        object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
        object.path("namespace").asText(),
        object.path("name").asText(),
        event.path("responseStatus").path("code").asInt(),
        event.path("requestObject"));
  }

  /** Whether it left something changed; reviews of tokens and rights leave nothing. */
  public boolean isStored() {
    return status < 300 && !resource.endsWith("reviews");
  }
}
