// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.virtmover.lab.junit.LabNamespace;

/** A quota that is in force: Kubernetes goes by its status, which is filled a moment later. */
record Quota(Resource<ResourceQuota> resource) {
  /** Allows a namespace so much of something. */
  static Quota of(LabNamespace lab, String namespace, String what, String most) {
    var resource =
        lab.client()
            .resource(
                new ResourceQuotaBuilder()
                    .withNewMetadata()
                    .withName("quota")
                    .withNamespace(namespace)
                    .endMetadata()
                    .withNewSpec()
                    .addToHard(what, new Quantity(most))
                    .endSpec()
                    .build());
    var _ = resource.create();
    var _ =
        lab.await(
            resource,
            "the quota is in force",
            quota ->
                quota != null
                    && quota.getStatus() != null
                    && quota.getStatus().getHard() != null
                    && quota.getStatus().getHard().containsKey(what));
    return new Quota(resource);
  }

  /** Takes it away. */
  void lift() {
    resource.delete();
  }
}
