// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.deletion.Tombstone;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The tombstones in Velero's namespace. */
@ApplicationScoped
public class Tombstones {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final ControllerConfig config;

  Tombstones(KubernetesClient client, ControllerConfig config) {
    this.client = client;
    this.config = config;
  }

  List<Work> list() {
    return client
        .configMaps()
        .inNamespace(config.namespace())
        .withLabel(Tombstone.LABEL, Tombstone.LABEL_VALUE)
        .list()
        .getItems()
        .stream()
        .map(Work::of)
        .toList();
  }

  /** Writes down what comes next. */
  void put(Work work, Work.Next next) {
    var object =
        client
            .configMaps()
            .inNamespace(config.namespace())
            .withName(work.object().getMetadata().getName());
    switch (next) {
      case Work.Next.Done() -> object.delete();
      case Work.Next.Again(var at, var failures, var reason) -> {
        var patch = JSON.createObjectNode();
        patch
            .withObject("/metadata/annotations")
            .put(Work.NEXT_TRY, at.truncatedTo(ChronoUnit.SECONDS).toString())
            .put(Work.FAILURES, Integer.toString(failures))
            .put(Work.REASON, reason);
        object.patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
      }
    }
  }
}
