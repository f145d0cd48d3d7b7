// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Does once what the tombstones of one location ask for, one after another. */
final class LocationRound {
  /** Where is written down how it goes. */
  interface Book {
    /** What comes next of one. */
    void put(Work work, Work.Next next);

    /** One that failed. */
    void failed(Work work, Throwable failure);

    /** Those that are left as they are until the next round, because a server is away. */
    void postponed(String location, int count, Throwable why);
  }

  private final Function<String, LocationAccess> locations;
  private final OpenLocations buckets;
  private final Burial burial;
  private final BooleanSupplier isActing;
  private final Book book;
  private final Clock clock;

  /**
   * @param isActing asked before each: else the rest is left
   */
  LocationRound(
      Function<String, LocationAccess> locations,
      OpenLocations buckets,
      Burial burial,
      BooleanSupplier isActing,
      Book book,
      Clock clock) {
    this.locations = locations;
    this.buckets = buckets;
    this.burial = burial;
    this.isActing = isActing;
    this.book = book;
    this.clock = clock;
  }

  /** Never fails: what is wrong with one must not keep the others' space. */
  void run(String location, List<Work> works) {
    var pending = new ArrayDeque<>(works);
    try {
      var access = locations.apply(location);
      var _ =
          buckets.in(
              access,
              open -> {
                bury(access, open, pending);
                return true;
              });
    } catch (KubernetesClientException e) {
      book.postponed(location, pending.size(), e);
    } catch (RuntimeException | Error e) {
      // Nothing can be done in it: that is so for all of them.
      pending.forEach(work -> book.failed(work, e));
    }
  }

  private void bury(LocationAccess access, OpenLocation open, Deque<Work> pending) {
    while (!pending.isEmpty() && isActing.getAsBoolean()) {
      var work = pending.remove();
      var placed = work.at(access.place());
      try {
        book.put(placed, burial.run(access, open, work, clock.instant()));
      } catch (RuntimeException | Error e) {
        book.failed(placed, e);
        if (isAway(e)) {
          book.postponed(access.name(), pending.size(), e);
          break;
        }
      }
    }
    pending.clear();
  }

  /** Whether there is no sense in asking the same store for more now. */
  static boolean isAway(Throwable failure) {
    return failure instanceof VirtMoverException known && known.kind() == FailureKind.UNAVAILABLE;
  }
}
