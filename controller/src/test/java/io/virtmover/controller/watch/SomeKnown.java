// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.virtmover.controller.velero.DataUpload;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Known requests for tests elsewhere. */
public final class SomeKnown {
  private SomeKnown() {}

  /** Those of a list, as it is when somebody looks. */
  public static KnownRequests of(List<DataUpload> requests) {
    var known = new KnownRequests();
    known.add(
        DataUpload.class,
        new ListCache(requests),
        _ -> {
          throw new IllegalStateException("nobody knows more");
        });
    return known;
  }

  private record ListCache(List<DataUpload> requests) implements Cache<DataUpload> {
    @Override
    public Optional<DataUpload> get(ResourceID id) {
      return requests.stream()
          .filter(request -> ResourceID.fromResource(request).equals(id))
          .findFirst();
    }

    @Override
    public Stream<ResourceID> keys() {
      return requests.stream().map(ResourceID::fromResource);
    }

    @Override
    public Stream<DataUpload> list(Predicate<DataUpload> predicate) {
      return requests.stream().filter(predicate);
    }
  }
}
