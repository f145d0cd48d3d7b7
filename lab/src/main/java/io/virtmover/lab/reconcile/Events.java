// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.reconcile;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes events on objects. The same words on the same object are counted up in one event, as the
 * clients of Kubernetes do it. An event that cannot be written is logged, never an error.
 */
public final class Events {
  private static final Logger LOG = System.getLogger(Events.class.getName());
  private static final int REMEMBERED = 256;

  /** How much an event should worry its reader. */
  public enum Type {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String text;

    Type(String text) {
      this.text = text;
    }
  }

  private record Words(String uid, Type type, String reason, String message) {}

  private final KubernetesClient client;
  private final String source;
  private final Map<Words, String> written =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Words, String> eldest) {
          return size() > REMEMBERED;
        }
      };

  public Events(KubernetesClient client, String source) {
    this.client = client;
    this.source = source;
  }

  /** Says something about a namespaced object. */
  public synchronized void say(HasMetadata about, Type type, String reason, String message) {
    var words = new Words(about.getMetadata().getUid(), type, reason, message);
    try {
      var earlier = Optional.ofNullable(written.get(words));
      if (earlier.isEmpty() || !countUp(about, earlier.get())) {
        written.put(words, create(about, type, reason, message));
      }
    } catch (KubernetesClientException e) {
      LOG.log(Level.DEBUG, "Event not written: " + message, e);
    }
  }

  private boolean countUp(HasMetadata about, String name) {
    var event =
        client.v1().events().inNamespace(about.getMetadata().getNamespace()).withName(name).get();
    if (event == null) {
      return false;
    }
    event.setCount(event.getCount() + 1);
    event.setLastTimestamp(now());
    client.v1().events().resource(event).update();
    return true;
  }

  private String create(HasMetadata about, Type type, String reason, String message) {
    var now = now();
    var event =
        new EventBuilder()
            .withNewMetadata()
            .withNamespace(about.getMetadata().getNamespace())
            .withGenerateName(about.getMetadata().getName() + ".")
            .endMetadata()
            .withInvolvedObject(
                new ObjectReferenceBuilder()
                    .withApiVersion(about.getApiVersion())
                    .withKind(about.getKind())
                    .withNamespace(about.getMetadata().getNamespace())
                    .withName(about.getMetadata().getName())
                    .withUid(about.getMetadata().getUid())
                    .withResourceVersion(about.getMetadata().getResourceVersion())
                    .build())
            .withType(type.text)
            .withReason(reason)
            .withMessage(message)
            .withNewSource()
            .withComponent(source)
            .endSource()
            .withReportingComponent(source)
            .withFirstTimestamp(now)
            .withLastTimestamp(now)
            .withCount(1)
            .build();
    return client.v1().events().resource(event).create().getMetadata().getName();
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
