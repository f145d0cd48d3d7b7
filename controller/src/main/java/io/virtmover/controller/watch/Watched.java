// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.virtmover.controller.Keys;
import io.virtmover.controller.velero.TransferObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The objects of one kind that belong to requests of one kind, watched by label.
 *
 * @param <R> the objects' kind
 * @param <P> the requests' kind
 */
public final class Watched<R extends HasMetadata, P extends TransferObject> {
  private static final String BY_REQUEST = "request";
  private static final Served SERVED = new Served();

  private final InformerEventSource<R, P> source;

  private Watched(InformerEventSource<R, P> source) {
    this.source = source;
    source.addIndexers(Map.of(BY_REQUEST, object -> labels(object, Keys.REQUEST_UID)));
  }

  /**
   * Watches a kind with a model class in one namespace.
   *
   * @param namespace that of the requests, too
   */
  public static <R extends HasMetadata, P extends TransferObject> Watched<R, P> inNamespace(
      Class<R> kind, Class<P> requests, String namespace, EventSourceContext<P> context) {
    return of(kind, requests, namespace, context, watch -> watch.withNamespaces(Set.of(namespace)));
  }

  /** Watches a kind with a model class in all namespaces. */
  public static <R extends HasMetadata, P extends TransferObject> Watched<R, P> everywhere(
      Class<R> kind, Class<P> requests, String requestNamespace, EventSourceContext<P> context) {
    return of(
        kind,
        requests,
        requestNamespace,
        context,
        InformerEventSourceConfiguration.Builder::withWatchAllNamespaces);
  }

  private static <R extends HasMetadata, P extends TransferObject> Watched<R, P> of(
      Class<R> kind,
      Class<P> requests,
      String requestNamespace,
      EventSourceContext<P> context,
      UnaryOperator<InformerEventSourceConfiguration.Builder<R>> where) {
    var watch =
        InformerEventSourceConfiguration.from(kind, requests)
            .withName(kind.getSimpleName())
            .withLabelSelector(selector(requests))
            .withSecondaryToPrimaryMapper(
                object -> request(object, requestNamespace, context.getPrimaryCache()));
    return new Watched<>(new InformerEventSource<>(where.apply(watch).build(), context));
  }

  private static String selector(Class<?> requests) {
    return Keys.REQUEST_KIND + "=" + requests.getSimpleName();
  }

  /** What the framework starts and stops. */
  public InformerEventSource<R, P> source() {
    return source;
  }

  /** The objects of a request. */
  public List<R> of(P request) {
    return source.byIndex(BY_REQUEST, request.getMetadata().getUid());
  }

  /** The objects of all requests. */
  public Stream<R> all() {
    return source.list();
  }

  /** The request that an object belongs to, as its annotation says; only one that is served. */
  public static <P extends TransferObject> Set<ResourceID> request(
      HasMetadata object, String namespace, Cache<P> requests) {
    return Optional.ofNullable(object.getMetadata().getAnnotations())
        .map(all -> all.get(Keys.REQUEST_NAME))
        .map(name -> new ResourceID(name, namespace))
        .filter(id -> requests.get(id).filter(SERVED::accept).isPresent())
        .map(Set::of)
        .orElse(Set.of());
  }

  private static List<String> labels(HasMetadata object, String key) {
    return Optional.ofNullable(object.getMetadata().getLabels())
        .map(all -> all.get(key))
        .map(List::of)
        .orElse(List.of());
  }
}
