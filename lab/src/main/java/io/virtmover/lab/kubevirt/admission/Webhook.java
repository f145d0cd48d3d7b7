// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.admission;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponseBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.lab.kubevirt.Gates;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import io.virtmover.lab.pki.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** The webhook server. It looks at creations; updates are admitted as they are. */
public final class Webhook implements AutoCloseable {
  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final Supplier<Gates> gates;
  private final HttpsServer server;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

  private Webhook(KubernetesClient client, Supplier<Gates> gates, HttpsServer server) {
    this.client = client;
    this.gates = gates;
    this.server = server;
  }

  /** Listens, and tells the API server to ask here. */
  public static Webhook start(
      KubernetesClient client,
      Supplier<Gates> gates,
      InetSocketAddress address,
      CertificateAuthority authority) {
    try {
      var server = HttpsServer.create(address, 0);
      var host = address.getAddress().getHostAddress();
      server.setHttpsConfigurator(new HttpsConfigurator(authority.serverContext(List.of(host))));
      var webhook = new Webhook(client, gates, server);
      server.createContext("/", webhook::handle);
      server.setExecutor(webhook.workers);
      server.start();
      WebhookConfiguration.install(
          client, "https://%s:%d".formatted(host, server.getAddress().getPort()), authority.pem());
      return webhook;
    } catch (IOException e) {
      throw new UncheckedIOException("the webhook cannot listen on " + address, e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var request =
          client.getKubernetesSerialization().unmarshal(text, AdmissionReview.class).getRequest();
      var review =
          new AdmissionReviewBuilder().withResponse(answer(request, verdict(request))).build();
      var body =
          client.getKubernetesSerialization().asJson(review).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Optional<String> verdict(AdmissionRequest request) {
    if (!request.getOperation().equals("CREATE")) {
      return Optional.empty();
    }
    if (request.getResource().getResource().equals(Kinds.TRACKER.getPlural())) {
      return BackupRules.tracker(gates.get());
    }
    var backup =
        client
            .getKubernetesSerialization()
            .convertValue(request.getObject(), GenericKubernetesResource.class);
    return BackupRules.backup(
        gates.get(), backup, new KubeObjects(client).list(Kinds.BACKUP, request.getNamespace()));
  }

  private static AdmissionResponse answer(AdmissionRequest request, Optional<String> refusal) {
    var response =
        new AdmissionResponseBuilder()
            .withUid(request.getUid())
            .withAllowed(refusal.isEmpty())
            .build();
    refusal.ifPresent(
        message ->
            response.setStatus(
                new StatusBuilder()
                    .withCode(UNPROCESSABLE)
                    .withReason("Invalid")
                    .withMessage(message)
                    .build()));
    return response;
  }

  @Override
  public void close() {
    server.stop(0);
    workers.close();
  }
}
