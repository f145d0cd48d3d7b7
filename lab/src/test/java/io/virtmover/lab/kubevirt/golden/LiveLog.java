// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.kubevirt.golden.Entry.Change;
import io.virtmover.lab.kubevirt.golden.Entry.Told;
import io.virtmover.lab.kubevirt.golden.Entry.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Watches a namespace and writes down every version, in the order of the API server. */
final class LiveLog implements AutoCloseable {
  private static final Set<String> SOURCES =
      Set.of("backup-controller", "export-controller", "virt-handler");

  private record Seen(long resourceVersion, Version version) {}

  private final KubernetesClient client;
  private final String namespace;
  private final Normaliser normaliser;
  private final List<Watch> watches = new ArrayList<>();
  private final List<Seen> seen = new ArrayList<>();

  LiveLog(KubernetesClient client, String namespace, Release release) {
    this.client = client;
    this.namespace = namespace;
    this.normaliser = new Normaliser(namespace);
    watch("VMB", Kinds.BACKUP);
    watch("VMBT", Kinds.TRACKER);
    watch("VMExport", Kinds.export(release));
    watch("VMI", Kinds.VMI);
    watch("Pod", core("Pod", "pods"));
    watch("Service", core("Service", "services"));
    watch("Secret", core("Secret", "secrets"));
  }

  private static ResourceDefinitionContext core(String kind, String plural) {
    return new ResourceDefinitionContext.Builder()
        .withGroup("")
        .withVersion("v1")
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(true)
        .build();
  }

  private void watch(String kind, ResourceDefinitionContext context) {
    watches.add(
        client
            .genericKubernetesResources(context)
            .inNamespace(namespace)
            .watch(
                new Watcher<>() {
                  @Override
                  public void eventReceived(Action action, GenericKubernetesResource object) {
                    switch (action) {
                      case ADDED -> add(kind, Change.ADDED, object);
                      case MODIFIED -> add(kind, Change.MODIFIED, object);
                      case DELETED -> add(kind, Change.DELETED, object);
                      case ERROR, BOOKMARK -> {}
                    }
                  }

                  @Override
                  public void onClose(WatcherException cause) {}
                }));
  }

  private synchronized void add(String kind, Change change, GenericKubernetesResource object) {
    var meta = object.getMetadata();
    if (Fence.isPart(meta.getName())) {
      return;
    }
    if (change == Change.ADDED) {
      normaliser.learn(kind, meta.getName(), meta.getUid(), meta.getCreationTimestamp());
    }
    var document = new LinkedHashMap<String, Object>(object.getAdditionalProperties());
    document.put("metadata", metadata(object));
    seen.add(
        new Seen(
            Long.parseLong(meta.getResourceVersion()),
            new Version(kind, meta.getName(), change, document)));
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys
  private Map<String, Object> metadata(GenericKubernetesResource object) {
    var map =
        (Map<String, Object>)
            client
                .getKubernetesSerialization()
                .convertValue(object.getMetadata(), LinkedHashMap.class);
    if (map.get("finalizers") instanceof List<?> finalizers && finalizers.isEmpty()) {
      map.remove("finalizers");
    }
    return map;
  }

  synchronized List<Version> versions() {
    return seen.stream()
        .sorted(Comparator.comparingLong(Seen::resourceVersion))
        .map(Seen::version)
        .toList();
  }

  synchronized Life life() {
    return Life.of(versions(), normaliser);
  }

  synchronized Normaliser normaliser() {
    return normaliser;
  }

  /** The events of the controllers so far. */
  Set<Told> events() {
    var told = new LinkedHashSet<Told>();
    for (var event : client.v1().events().inNamespace(namespace).list().getItems()) {
      var source = event.getSource() == null ? null : event.getSource().getComponent();
      if (source != null && SOURCES.contains(source)) {
        synchronized (this) {
          told.add(
              new Told(
                  event.getInvolvedObject().getKind(),
                  event.getInvolvedObject().getName(),
                  event.getType(),
                  event.getReason(),
                  normaliser.text(event.getMessage())));
        }
      }
    }
    return told;
  }

  @Override
  public void close() {
    watches.forEach(Watch::close);
  }
}
