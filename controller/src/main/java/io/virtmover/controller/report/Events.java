// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.controller.config.ControllerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.jboss.logging.Logger;

/** Tells people through events, beside the object that they look at. Losing one loses nothing. */
@ApplicationScoped
public class Events {
  private static final Logger LOG = Logger.getLogger(Events.class);
  private static final int LONGEST = 1000;

  private final KubernetesClient client;
  private final ControllerConfig config;

  Events(KubernetesClient client, ControllerConfig config) {
    this.client = client;
    this.config = config;
  }

  /**
   * Tells it.
   *
   * @param isWarning whether somebody should look at it
   */
  public void tell(HasMetadata about, boolean isWarning, String reason, String message) {
    var now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS).toString();
    var event =
        new EventBuilder()
            .withNewMetadata()
            .withGenerateName(about.getMetadata().getName() + ".")
            .withNamespace(about.getMetadata().getNamespace())
            .endMetadata()
            .withType(isWarning ? "Warning" : "Normal")
            .withReason(reason)
            .withMessage(message.substring(0, Math.min(LONGEST, message.length())))
            .withInvolvedObject(reference(about))
            .withNewSource("virtmover", null)
            .withReportingComponent("virtmover.io/controller")
            .withReportingInstance(config.instance())
            .withFirstTimestamp(now)
            .withLastTimestamp(now)
            .withCount(1)
            .build();
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      LOG.warnf("Could not write the event '%s: %s': %s", reason, message, e.getMessage());
    }
  }

  private static ObjectReference reference(HasMetadata about) {
    return new ObjectReferenceBuilder()
        .withApiVersion(about.getApiVersion())
        .withKind(about.getKind())
        .withNamespace(about.getMetadata().getNamespace())
        .withName(about.getMetadata().getName())
        .withUid(about.getMetadata().getUid())
        .withResourceVersion(about.getMetadata().getResourceVersion())
        .build();
  }
}
