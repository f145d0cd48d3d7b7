// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.callback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.virtmover.controller.LocalApi;
import io.virtmover.controller.Naming;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.controller.metrics.SomeMetrics;
import io.virtmover.controller.mover.MoverPod;
import io.virtmover.controller.mover.Reported;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.controller.watch.SomeKnown;
import io.virtmover.transfer.Outcome;
import io.virtmover.transfer.ProgressCodec;
import io.virtmover.transfer.ResultCodec;
import io.virtmover.transfer.TransferProgress;
import io.virtmover.transfer.TransferResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A mover can tell of its own attempt, and nobody else can. */
class MoverResourceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "du-night-1";
  private static final String UID = "0f2d6c1e";
  private static final String ATTEMPT = Naming.object(NAME, UID, 0);
  private static final String MADE = "2026-03-01T02:00:00Z";
  private static final MoverPod POD = new MoverPod("uid-1", "pod-1", Instant.parse(MADE));
  private static final String ACCOUNT = "system:serviceaccount:velero:virtmover-mover";
  private static final String AUDIENCE = "virtmover";

  private final Queue<JsonNode> asked = new ConcurrentLinkedQueue<>();
  private final MoverReports reports = new MoverReports(SomeKnown.of(List.of(request())));
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private LocalApi api;
  private MoverResource resource;

  @BeforeEach
  void start() throws IOException {
    api = new LocalApi(this::answer);
    var identity = new MoverIdentity(api.client(), SomeConfig.with(Map.of()));
    resource = new MoverResource(identity, reports, SomeMetrics.ofCallback(metrics));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void whatAMoverTells_isKept() {
    // given
    var failed = new Outcome.Canceled("By a signal.");

    // when
    var progress = resource.progress(ATTEMPT, "Bearer mover", progress(ATTEMPT));
    var result =
        resource.result(
            ATTEMPT,
            "Bearer mover",
            bytes(ResultCodec.write(new TransferResult(ATTEMPT, failed, false))));

    // then
    assertThat(progress.getStatus()).isEqualTo(204);
    assertThat(result.getStatus()).isEqualTo(204);
    assertThat(reports.of(ATTEMPT))
        .isEqualTo(Reported.by(POD).with(new TransferStatus.Progress(100, 7)).with(failed));
  }

  @Test
  void aToken_isReviewedOnceForOurAudience() {
    // when
    var _ = resource.progress(ATTEMPT, "Bearer mover", progress(ATTEMPT));
    var _ = resource.progress(ATTEMPT, "Bearer mover", progress(ATTEMPT));

    // then
    assertThat(asked).hasSize(1);
    assertThat(asked.element().path("token").asText()).isEqualTo("mover");
    assertThat(asked.element().path("audiences").toString())
        .isEqualTo("[\"%s\"]".formatted(AUDIENCE));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "Basic mover",
        "Bearer nobody",
        "Bearer of-another-audience",
        "Bearer of-another-account",
        "Bearer of-no-pod",
        "Bearer of-a-pod-that-is-gone",
        "Bearer of-a-pod-that-was-replaced"
      })
  void anotherToken_isRefused(String authorization) {
    // when
    var answer = resource.progress(ATTEMPT, authorization, progress(ATTEMPT));

    // then
    assertThat(answer.getStatus()).isEqualTo(401);
    assertThat(reports.of(ATTEMPT)).isEqualTo(Reported.NOTHING);
    assertThat(refusals("401")).isEqualTo(1);
  }

  @Test
  void theMoverOfAnotherAttempt_isRefused() {
    // given
    var other = Naming.object(NAME, UID, 1);

    // when
    var answer = resource.progress(other, "Bearer mover", progress(other));

    // then
    assertThat(answer.getStatus()).isEqualTo(403);
    assertThat(reports.of(other)).isEqualTo(Reported.NOTHING);
    assertThat(refusals("403")).isEqualTo(1);
  }

  @Test
  void aDocumentThatIsNone_orAboutAnotherAttempt_isRefused() {
    // given
    var other = Naming.object(NAME, UID, 1);

    // when
    var garbage = resource.result(ATTEMPT, "Bearer mover", bytes("{"));
    var aboutAnother = resource.progress(ATTEMPT, "Bearer mover", progress(other));

    // then
    assertThat(List.of(garbage.getStatus(), aboutAnother.getStatus())).containsOnly(400);
    assertThat(reports.of(ATTEMPT)).isEqualTo(Reported.NOTHING);
    assertThat(refusals("400")).isEqualTo(2);
  }

  private double refusals(String status) {
    return metrics.get("virtmover.callback.refused").tag("status", status).counter().count();
  }

  private static byte[] progress(String attempt) {
    return bytes(ProgressCodec.write(new TransferProgress(attempt, 7, 100)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static DataUpload request() {
    var request = new DataUpload();
    request.setMetadata(new ObjectMetaBuilder().withName(NAME).withUid(UID).build());
    return request;
  }

  private void answer(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    if (path.equals("/apis/authentication.k8s.io/v1/tokenreviews")) {
      var review = (ObjectNode) JSON.readTree(exchange.getRequestBody());
      asked.add(review.path("spec"));
      review.set("status", review(review.path("spec").path("token").asText()));
      respond(exchange, 201, review);
    } else if (path.equals("/api/v1/namespaces/velero/pods/pod-1")) {
      respond(
          exchange,
          200,
          JSON.readTree(
              """
              {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod-1", "namespace": "velero",
                "uid": "uid-1", "creationTimestamp": "%s", "labels": {"virtmover.io/attempt": "%s"}}}
              """
                  .formatted(MADE, ATTEMPT)));
    } else {
      respond(exchange, 404, JSON.readTree("{\"kind\": \"Status\", \"code\": 404}"));
    }
  }

  private static JsonNode review(String token) {
    var status = JSON.createObjectNode().put("authenticated", !token.equals("nobody"));
    status.putArray("audiences").add(token.equals("of-another-audience") ? "vault" : AUDIENCE);
    var user = status.putObject("user");
    user.put("username", token.equals("of-another-account") ? ACCOUNT + "-2" : ACCOUNT);
    var extra = user.putObject("extra");
    if (!token.equals("of-no-pod")) {
      var isGone = token.equals("of-a-pod-that-is-gone");
      extra.putArray("authentication.kubernetes.io/pod-name").add(isGone ? "pod-0" : "pod-1");
      extra
          .putArray("authentication.kubernetes.io/pod-uid")
          .add(token.equals("of-a-pod-that-was-replaced") ? "uid-0" : "uid-1");
    }
    return status;
  }

  private static void respond(HttpExchange exchange, int status, JsonNode body) throws IOException {
    var bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
