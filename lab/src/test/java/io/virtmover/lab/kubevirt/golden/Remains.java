// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.util.List;

/** Takes away what a scenario leaves, so that the controllers of the next one find nothing. */
final class Remains {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private Remains() {}

  static void remove(KubernetesClient client, String namespace) {
    client.admissionRegistration().v1().validatingWebhookConfigurations().delete();
    for (var kind : List.of(Kinds.BACKUP, Kinds.TRACKER, Kinds.VMI)) {
      var all = client.genericKubernetesResources(kind).inNamespace(namespace);
      for (var object : all.list().getItems()) {
        var one = all.withName(object.getMetadata().getName());
        one.patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
        one.delete();
      }
    }
    client.namespaces().withName(namespace).delete();
  }
}
