// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** What others tell by events alone; each look costs a list, so it is for what takes long. */
public final class ToldEvents {
  private ToldEvents() {}

  /**
   * The latest words about an object; empty also where events may not be read.
   *
   * @param since earlier ones do not count
   */
  public static Optional<String> latest(
      KubernetesClient client, String namespace, String about, String reason, Instant since) {
    return latest(client, namespace, Map.of("involvedObject.name", about, "reason", reason), since);
  }

  /** The latest warning about an object, whatever its reason. */
  public static Optional<String> latestWarning(
      KubernetesClient client, String namespace, String about, Instant since) {
    return latest(
        client, namespace, Map.of("involvedObject.name", about, "type", "Warning"), since);
  }

  private static Optional<String> latest(
      KubernetesClient client, String namespace, Map<String, String> fields, Instant since) {
    try {
      return client
          .v1()
          .events()
          .inNamespace(namespace)
          .withFields(fields)
          .list()
          .getItems()
          .stream()
          .filter(event -> !time(event).isBefore(since))
          .max(Comparator.comparing(ToldEvents::time))
          .map(Event::getMessage);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Instant time(Event event) {
    if (event.getLastTimestamp() != null) {
      return Instant.parse(event.getLastTimestamp());
    }
    return event.getEventTime() == null
        ? Instant.parse(event.getMetadata().getCreationTimestamp())
        : Instant.parse(event.getEventTime().getTime());
  }
}
