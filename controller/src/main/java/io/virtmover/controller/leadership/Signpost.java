// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.virtmover.controller.Keys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The label by which the service finds the leader's pod. Exactly one pod has it, shortly after a
 * change; one whose process has died may have it until then.
 */
final class Signpost {
  private final KubernetesClient client;
  private final String namespace;
  private final String lease;
  private final String pod;

  Signpost(KubernetesClient client, String namespace, String lease, String pod) {
    this.client = client;
    this.namespace = namespace;
    this.lease = lease;
    this.pod = pod;
  }

  /**
   * Has the service lead here; writes nothing where it does already. It may take as long as the API
   * server does, and a failure is the API server's.
   */
  void point() {
    var labelled = labelled();
    if (!labelled.contains(pod)) {
      label(pod, Map.of(Keys.LEADS, lease));
    }
    labelled.stream().filter(name -> !name.equals(pod)).forEach(name -> label(name, without()));
  }

  /** Whether it leads to another pod: one that leads, or did. */
  boolean pointsElsewhere() {
    return labelled().stream().anyMatch(name -> !name.equals(pod));
  }

  private List<String> labelled() {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel(Keys.LEADS, lease)
        .list()
        .getItems()
        .stream()
        .map(one -> one.getMetadata().getName())
        .toList();
  }

  /** In a merge patch, null takes away. */
  private static Map<String, ?> without() {
    var labels = new HashMap<String, @Nullable String>();
    labels.put(Keys.LEADS, null);
    return labels;
  }

  private void label(String name, Map<String, ?> labels) {
    HasMetadata _ =
        client
            .pods()
            .inNamespace(namespace)
            .withName(name)
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                client
                    .getKubernetesSerialization()
                    .asJson(Map.of("metadata", Map.of("labels", labels))));
  }
}
