// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.launcher;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.virtmover.lab.export.ExportFaults;
import io.virtmover.lab.export.ExportListener;
import io.virtmover.lab.export.ExportRequests;
import io.virtmover.lab.export.IncrementMap;
import io.virtmover.lab.kubevirt.ExportListeners;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.api.Release;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The listeners of the node: each serves the volumes of one pull backup. */
public final class ExportGateway implements ExportListeners, AutoCloseable {
  private final KubernetesClient client;
  private final Launchers launchers;
  private final String host;
  private final IncrementMap maps;
  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
  private final Map<ObjectKey, ExportListener> listeners = new ConcurrentHashMap<>();

  /**
   * @param host the address to listen on
   */
  public ExportGateway(KubernetesClient client, Launchers launchers, String host, Release release) {
    this.client = client;
    this.launchers = launchers;
    this.host = host;
    this.maps = release.incrementMap();
  }

  @Override
  public String open(Exporter exporter) {
    var key = new ObjectKey(exporter.namespace(), exporter.exportName());
    return listeners.computeIfAbsent(key, _ -> listen(exporter)).address();
  }

  private ExportListener listen(Exporter exporter) {
    var requests =
        new ExportRequests(
            () -> launchers.exported(exporter.namespace(), exporter.backupName()),
            () -> token(exporter),
            maps);
    return ExportListener.start(
        vertx, host, exporter.certificatePem(), exporter.keyPem(), requests);
  }

  /** Compared byte for byte, as the file in the pod is: nothing is trimmed. */
  private String token(Exporter exporter) {
    return Optional.ofNullable(
            client
                .secrets()
                .inNamespace(exporter.namespace())
                .withName(exporter.tokenSecret())
                .get())
        .map(secret -> secret.getData().get("token"))
        .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8))
        .orElseThrow(() -> new IllegalStateException("no token in " + exporter.tokenSecret()));
  }

  /** The faults of an export's listener, while it is open. */
  public Optional<ExportFaults> faults(String namespace, String exportName) {
    return Optional.ofNullable(listeners.get(new ObjectKey(namespace, exportName)))
        .map(ExportListener::faults);
  }

  @Override
  public void close(String namespace, String exportName) {
    var listener = listeners.remove(new ObjectKey(namespace, exportName));
    if (listener != null) {
      listener.close();
    }
  }

  @Override
  public void close() {
    listeners.values().forEach(ExportListener::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
