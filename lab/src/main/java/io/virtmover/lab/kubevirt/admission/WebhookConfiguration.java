// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.admission;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Tells the API server which webhook to ask. */
final class WebhookConfiguration {
  private static final String NAME = "virt-api-validator";
  private static final int TIMEOUT_SECONDS = 10;

  private WebhookConfiguration() {}

  static void install(KubernetesClient client, String url, String authority) {
    var configuration =
        new ValidatingWebhookConfigurationBuilder()
            .withNewMetadata()
            .withName(NAME)
            .endMetadata()
            .withWebhooks(
                webhook(Kinds.BACKUP, url, authority), webhook(Kinds.TRACKER, url, authority))
            .build();
    client.resource(configuration).fieldManager("virtmover-lab").forceConflicts().serverSideApply();
  }

  private static ValidatingWebhook webhook(
      ResourceDefinitionContext kind, String url, String authority) {
    return new ValidatingWebhookBuilder()
        .withName(kind.getPlural() + "." + kind.getGroup())
        .withAdmissionReviewVersions("v1")
        .withSideEffects("None")
        .withFailurePolicy("Fail")
        .withTimeoutSeconds(TIMEOUT_SECONDS)
        .withNewClientConfig()
        .withUrl(url + "/" + kind.getPlural())
        .withCaBundle(
            Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8)))
        .endClientConfig()
        .addNewRule()
        .withApiGroups(kind.getGroup())
        .withApiVersions(kind.getVersion())
        .withResources(kind.getPlural())
        .withOperations("CREATE", "UPDATE")
        .withScope("*")
        .endRule()
        .build();
  }
}
