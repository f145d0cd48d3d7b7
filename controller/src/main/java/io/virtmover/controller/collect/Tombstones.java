// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.deletion.Tombstone;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The tombstones in Velero's namespace. */
@ApplicationScoped
public class Tombstones {
  private static final long PAGE = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final ControllerConfig config;

  Tombstones(KubernetesClient client, ControllerConfig config) {
    this.client = client;
    this.config = config;
  }

  /**
   * Hands over each, and holds no more than a page of them: there can be many, since where nothing
   * is to be deleted they stay.
   */
  void forEach(Consumer<Work> each) {
    String next = null;
    do {
      var page = page(next);
      page.getItems().forEach(object -> each.accept(Work.of(object)));
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
  }

  private ConfigMapList page(@Nullable String from) {
    var options =
        new ListOptionsBuilder()
            .withLabelSelector(Tombstone.LABEL + "=" + Tombstone.LABEL_VALUE)
            .withLimit(PAGE)
            .withContinue(from)
            .build();
    return client.configMaps().inNamespace(config.namespace()).list(options);
  }

  /** Writes down what comes next; nothing where the tombstone is gone or was changed meanwhile. */
  void put(Work work, Work.Next next) {
    try {
      write(work, next);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HTTP_NOT_FOUND && e.getCode() != HTTP_CONFLICT) {
        throw e;
      }
    }
  }

  private void write(Work work, Work.Next next) {
    var metadata = work.object().getMetadata();
    var object = client.configMaps().inNamespace(config.namespace()).withName(metadata.getName());
    switch (next) {
      case Work.Next.Done() -> object.lockResourceVersion(metadata.getResourceVersion()).delete();
      case Work.Next.Again(var at, var failures, var reason) -> {
        var patch = JSON.createObjectNode();
        patch.withObject("/metadata").put("resourceVersion", metadata.getResourceVersion());
        var notes = patch.withObject("/metadata/annotations");
        notes
            .put(Work.NEXT_TRY, at.truncatedTo(ChronoUnit.SECONDS).toString())
            .put(Work.FAILURES, Integer.toString(failures))
            .put(Work.REASON, reason);
        work.place().ifPresent(place -> notes.put(Work.PLACE, place));
        object.patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
      }
    }
  }
}
