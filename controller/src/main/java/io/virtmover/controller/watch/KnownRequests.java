// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.virtmover.controller.Naming;
import io.virtmover.controller.velero.TransferObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** All requests in the reconcilers' caches, for those who only look. It asks the API nothing. */
@ApplicationScoped
public class KnownRequests {
  private record Kind<P extends TransferObject>(
      Class<P> kind, Cache<P> cache, Function<P, Glance> look) {
    Glance look(TransferObject request) {
      return look.apply(kind.cast(request));
    }

    boolean has(TransferObject request) {
      return kind.isInstance(request)
          && cache
              .get(ResourceID.fromResource(request))
              .filter(there -> uid(there).equals(uid(request)))
              .isPresent();
    }

    private static String uid(TransferObject request) {
      return request.getMetadata().getUid();
    }
  }

  private final List<Kind<?>> kinds = new CopyOnWriteArrayList<>();

  /**
   * Adds the requests of a kind.
   *
   * @param look what is known of one; called by other threads than the reconciler's
   */
  public <P extends TransferObject> void add(
      Class<P> kind, Cache<P> cache, Function<P, Glance> look) {
    kinds.add(new Kind<>(kind, cache, look));
  }

  /** Those of all kinds, also those of other data movers and those that have ended. */
  public List<TransferObject> list() {
    var all = new ArrayList<TransferObject>();
    kinds.forEach(kind -> kind.cache().list().forEach(all::add));
    return all;
  }

  /** Whether a request is still there, and not another one of its name. */
  public boolean has(TransferObject request) {
    return kinds.stream().anyMatch(kind -> kind.has(request));
  }

  /** Whether a try, by the name of its objects, is that of a request that is still served. */
  public boolean isServed(String attempt) {
    return list().stream()
        .filter(request -> !request.phase().isFinal() || request.hasOurFinalizer())
        .anyMatch(request -> Naming.objects(request.getMetadata()).contains(attempt));
  }

  /** What is known of one of the {@link #list}. */
  public Glance look(TransferObject request) {
    return kinds.stream()
        .filter(kind -> kind.kind().isInstance(request))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("nobody serves a " + request.getKind()))
        .look(request);
  }
}
