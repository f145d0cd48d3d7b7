// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.BaseConfigurationService;
import io.javaoperatorsdk.operator.api.config.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.ManagedInformerEventSource;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A reconciler with its event sources, which makes a pass when it is told to. It knows requests as
 * they are at the API server, and their objects as they were at the start.
 *
 * @param <P> the requests' kind
 */
public final class StartedReconciler<P extends HasMetadata> implements AutoCloseable {
  private final Reconciler<P> reconciler;
  private final Requests requests;
  private final List<EventSource<?, P>> sources;

  private StartedReconciler(Reconciler<P> reconciler, Class<P> kind, KubernetesClient client) {
    this.reconciler = reconciler;
    this.requests = new Requests(kind, client);
    ControllerConfiguration<P> configuration =
        new BaseConfigurationService().getConfigurationFor(reconciler);
    this.sources =
        reconciler.prepareEventSources(
            new EventSourceContext<>(requests, configuration, client, kind));
    for (var source : sources) {
      source.setEventHandler(_ -> {});
      if (source instanceof ManagedInformerEventSource<?, ?, ?> informer) {
        configure(informer, configuration);
      }
      source.start();
    }
  }

  /** Starts it. */
  public static <P extends HasMetadata> StartedReconciler<P> of(
      Reconciler<P> reconciler, Class<P> kind, KubernetesClient client) {
    return new StartedReconciler<>(reconciler, kind, client);
  }

  /** The framework does the same, with as little regard for types. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static void configure(
      ManagedInformerEventSource informer, ControllerConfiguration configuration) {
    informer.setControllerConfiguration(configuration);
  }

  /** A pass over the request of this name. */
  public UpdateControl<P> pass(String namespace, String name) throws Exception {
    return reconciler.reconcile(
        requests.get(new ResourceID(name, namespace)).orElseThrow(), noContext());
  }

  /** Reconcilers of ours ask it nothing. */
  @SuppressWarnings("unchecked")
  private static <P extends HasMetadata> Context<P> noContext() {
    return (Context<P>)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (_, method, _) -> {
              throw new UnsupportedOperationException(method.getName());
            });
  }

  @Override
  public void close() {
    sources.forEach(EventSource::stop);
  }

  /** Those that the API server has. */
  private final class Requests implements IndexerResourceCache<P> {
    private final Class<P> kind;
    private final KubernetesClient client;

    Requests(Class<P> kind, KubernetesClient client) {
      this.kind = kind;
      this.client = client;
    }

    @Override
    public Optional<P> get(ResourceID id) {
      return Optional.ofNullable(
          client
              .resources(kind)
              .inNamespace(id.getNamespace().orElseThrow())
              .withName(id.getName())
              .get());
    }

    @Override
    public Stream<ResourceID> keys() {
      return list().map(ResourceID::fromResource);
    }

    @Override
    public Stream<P> list(Predicate<P> predicate) {
      return client.resources(kind).inAnyNamespace().list().getItems().stream().filter(predicate);
    }

    @Override
    public Stream<P> list(String namespace, Predicate<P> predicate) {
      return client.resources(kind).inNamespace(namespace).list().getItems().stream()
          .filter(predicate);
    }

    @Override
    public List<P> byIndex(String index, String key) {
      throw new UnsupportedOperationException(index);
    }

    @Override
    public void addIndexers(Map<String, Function<P, List<String>>> indexers) {
      throw new UnsupportedOperationException(Objects.toString(indexers.keySet()));
    }
  }
}
