// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.LocalApi;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An API server that knows who a token is of and what he may, and nothing else. */
final class SomeApi implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LocalApi api;
  private final Queue<JsonNode> asked = new ConcurrentLinkedQueue<>();
  private final Set<String> rights = ConcurrentHashMap.newKeySet();
  private volatile int refusal;

  SomeApi() throws IOException {
    api = new LocalApi(this::answer);
  }

  KubernetesClient client() {
    return api.client();
  }

  /** The token {@code good} is of one who may list these. */
  void allow(String... resources) {
    rights.addAll(List.of(resources));
  }

  /** From now on the API server has troubles of its own. */
  void refuse(int status) {
    refusal = status;
  }

  /** The specs of the reviews that were asked for. */
  List<JsonNode> asked() {
    return List.copyOf(asked);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var review = (ObjectNode) JSON.readTree(exchange.getRequestBody());
    var spec = review.path("spec");
    asked.add(spec);
    var status = review.putObject("status");
    switch (exchange.getRequestURI().getPath()) {
      case "/apis/authentication.k8s.io/v1/tokenreviews" -> identify(spec, status);
      case "/apis/authorization.k8s.io/v1/subjectaccessreviews" ->
          status.put(
              "allowed",
              rights.contains(spec.path("resourceAttributes").path("resource").asText()));
      default -> throw new IOException("nobody serves " + exchange.getRequestURI());
    }
    var body = JSON.writeValueAsBytes(review);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(refusal == 0 ? 201 : refusal, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void identify(JsonNode spec, ObjectNode status) {
    var isKnown = spec.path("token").asText().equals("good");
    status.put("authenticated", isKnown);
    if (isKnown) {
      var user = status.putObject("user").put("username", "ann").put("uid", "7");
      user.putArray("groups").add("backup-team").add("system:authenticated");
      user.putObject("extra").putArray("example.com/scope").add("all");
    }
  }

  @Override
  public void close() {
    api.close();
  }
}
