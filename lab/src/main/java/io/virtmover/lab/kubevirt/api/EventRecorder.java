// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.api;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes events as a component of KubeVirt. An event that repeats for the same object counts up, as
 * in client-go. Events are a courtesy: one that cannot be written is dropped.
 */
public final class EventRecorder {
  /** How loud an event is. */
  public enum Level {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String text;

    Level(String text) {
      this.text = text;
    }
  }

  private record Identity(String uid, Level level, String reason, String message) {}

  private static final System.Logger LOG = System.getLogger(EventRecorder.class.getName());

  private final KubernetesClient client;
  private final String component;
  private final Clock clock;
  private final Map<Identity, Event> written = new ConcurrentHashMap<>();

  /** Writes in the name of a component, for example {@code backup-controller}. */
  public EventRecorder(KubernetesClient client, String component, Clock clock) {
    this.client = client;
    this.component = component;
    this.clock = clock;
  }

  /** Tells something about an object. */
  public void record(HasMetadata about, Level level, String reason, String message) {
    var identity = new Identity(about.getMetadata().getUid(), level, reason, message);
    try {
      written.compute(
          identity, (_, before) -> before == null ? create(about, identity) : again(before));
    } catch (KubernetesClientException e) {
      LOG.log(System.Logger.Level.DEBUG, "Event dropped: " + reason, e);
    }
  }

  private Event create(HasMetadata about, Identity identity) {
    var now = now();
    var event =
        new EventBuilder()
            .withNewMetadata()
            .withNamespace(about.getMetadata().getNamespace())
            .withGenerateName(about.getMetadata().getName() + ".")
            .endMetadata()
            .withNewInvolvedObject()
            .withApiVersion(about.getApiVersion())
            .withKind(about.getKind())
            .withNamespace(about.getMetadata().getNamespace())
            .withName(about.getMetadata().getName())
            .withUid(identity.uid())
            .withResourceVersion(about.getMetadata().getResourceVersion())
            .endInvolvedObject()
            .withType(identity.level().text)
            .withReason(identity.reason())
            .withMessage(identity.message())
            .withNewSource()
            .withComponent(component)
            .endSource()
            .withFirstTimestamp(now)
            .withLastTimestamp(now)
            .withCount(1)
            .withReportingComponent(component)
            .build();
    return client.resource(event).create();
  }

  private Event again(Event before) {
    var event =
        new EventBuilder(before)
            .withCount(before.getCount() + 1)
            .withLastTimestamp(now())
            .editMetadata()
            .withResourceVersion(null)
            .endMetadata()
            .build();
    return client.resource(event).update();
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
