// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.controller.LocalApi;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers as the API server does. */
class RequestsEndTest {
  private final List<TransferPhase> told = new ArrayList<>();
  private LocalApi api;
  private Requests requests;
  private volatile int status = 200;

  @BeforeEach
  void start() throws IOException {
    api = new LocalApi(this::answer);
    requests =
        new Requests(
            api.client(), SomeConfig.with(Map.of()), (_, change, _) -> told.add(change.phase()));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void anEnd_isToldOnce_howeverOftenItIsReconciled() {
    // given
    var change = Change.to(TransferPhase.COMPLETED, "Incremental backup.");

    // when
    var first = requests.write(upload(TransferPhase.IN_PROGRESS), change);
    var second = requests.write(upload(TransferPhase.COMPLETED), change);
    var release = requests.write(upload(TransferPhase.COMPLETED), change.released());

    // then
    assertThat(List.of(first, second, release)).containsOnly(true);
    assertThat(told).containsExactly(TransferPhase.COMPLETED);
  }

  @Test
  void aLostRace_isNotToldAsAnEnd() {
    // given
    status = 409;

    // when
    var isWritten =
        requests.write(upload(TransferPhase.IN_PROGRESS), Change.to(TransferPhase.FAILED, "Why."));

    // then
    assertThat(isWritten).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void whatTheApiServerRefuses_isNotToldAsAnEnd() {
    // given
    status = 403;
    var change = Change.to(TransferPhase.FAILED, "Why.");

    // then
    assertThatThrownBy(() -> requests.write(upload(TransferPhase.ACCEPTED), change))
        .isInstanceOf(KubernetesClientException.class);
    assertThat(told).isEmpty();
  }

  @Test
  void anotherPhase_isNoEnd() {
    // when
    requests.write(
        upload(TransferPhase.ACCEPTED), Change.to(TransferPhase.PREPARED, "Incremental backup."));

    // then
    assertThat(told).isEmpty();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body =
          (status == 200
                  ? "{\"apiVersion\": \"velero.io/v2alpha1\", \"kind\": \"DataUpload\", \"metadata\": {\"name\": \"du\"}}"
                  : "{\"apiVersion\": \"v1\", \"kind\": \"Status\", \"code\": %d}"
                      .formatted(status))
              .getBytes(StandardCharsets.UTF_8);
      var _ = exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static DataUpload upload(TransferPhase phase) {
    var request = new DataUpload();
    request.setMetadata(
        new ObjectMetaBuilder()
            .withName("du")
            .withNamespace("velero")
            .withUid("0f2d6c1e")
            .withResourceVersion("7")
            .withFinalizers("virtmover.io/cleanup")
            .withAnnotations(new HashMap<>())
            .build());
    request.setStatus(
        new TransferStatus(phase, null, "2026-03-01T01:00:00Z", null, null, null, null, null));
    return request;
  }
}
