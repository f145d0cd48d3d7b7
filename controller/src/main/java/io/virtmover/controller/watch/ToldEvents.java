// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** What others tell by events alone; each look costs a list, so it is for what takes long. */
public final class ToldEvents {
  private ToldEvents() {}

  /**
   * The latest words about an object; empty also where events may not be read.
   *
   * @param reasons of events that count
   * @param since earlier ones do not count
   */
  public static Optional<String> latest(
      KubernetesClient client, String namespace, String about, Set<String> reasons, Instant since) {
    try {
      return client
          .v1()
          .events()
          .inNamespace(namespace)
          .withField("involvedObject.name", about)
          .list()
          .getItems()
          .stream()
          .filter(event -> reasons.contains(event.getReason()))
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
