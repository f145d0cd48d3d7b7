// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.queue;

import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.velero.TransferObject;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The transfers that may run at once, uploads and downloads together, and the requests that wait
 * for one to end. Oldest first: a request only overtakes those whose location is full.
 *
 * <p>Nothing is written down. After a restart each request that has objects of its own takes its
 * slot again ({@link #keep}), and the others ask again ({@link #take}). Every request that ends has
 * to be released, also one that has only waited: until then it keeps others from their turn.
 */
@ApplicationScoped
public class Slots {
  private final ControllerConfig.Limits limits;
  private final Map<String, Place> running = new HashMap<>();
  private final Map<String, Place> waiting = new HashMap<>();
  private final List<Consumer<Place>> listeners = new CopyOnWriteArrayList<>();

  @Inject
  Slots(ControllerConfig config) {
    this(config.limits());
  }

  Slots(ControllerConfig.Limits limits) {
    this.limits = limits;
  }

  /**
   * Calls a listener with each waiting request of a kind whose turn has come. It is to see to it
   * that the request asks again; it is called by whoever releases a slot and must not block.
   */
  public void listen(String kind, Consumer<Place> listener) {
    listeners.add(
        place -> {
          if (place.kind().equals(kind)) {
            listener.accept(place);
          }
        });
  }

  /**
   * Takes a slot if it is the request's turn, else puts the request into the queue. One that has a
   * slot keeps it.
   *
   * @return whether the request has a slot
   */
  public synchronized boolean take(TransferObject request, String location) {
    var place = Place.of(request, location);
    if (running.containsKey(place.uid())) {
      return true;
    }
    waiting.put(place.uid(), place);
    if (!turns().contains(place)) {
      return false;
    }
    waiting.remove(place.uid());
    running.put(place.uid(), place);
    return true;
  }

  /** Takes a slot without asking: the request already has objects of its own. */
  public synchronized void keep(TransferObject request, String location) {
    var place = Place.of(request, location);
    waiting.remove(place.uid());
    running.putIfAbsent(place.uid(), place);
  }

  /**
   * Gives a slot or a place in the queue back, and wakes those whose turn it is. Harmless twice.
   */
  public void release(String uid) {
    for (var place : without(uid)) {
      listeners.forEach(listener -> listener.accept(place));
    }
  }

  private synchronized List<Place> without(String uid) {
    var wasThere = running.remove(uid) != null;
    wasThere |= waiting.remove(uid) != null;
    return wasThere ? turns() : List.of();
  }

  /** Those that would get the free slots, were all to ask now. */
  private List<Place> turns() {
    var perLocation = new HashMap<String, Integer>();
    running.values().forEach(place -> perLocation.merge(place.location(), 1, Integer::sum));
    return waiting.values().stream()
        .sorted(Place.ORDER)
        .filter(place -> perLocation.merge(place.location(), 1, Integer::sum) <= limits.location())
        .limit(Math.max(0, limits.cluster() - running.size()))
        .toList();
  }

  /** How many requests are before one in the queue; empty for one that does not wait for a slot. */
  public synchronized OptionalInt ahead(String uid) {
    var place = waiting.get(uid);
    return place == null
        ? OptionalInt.empty()
        : OptionalInt.of(
            (int)
                waiting.values().stream()
                    .filter(other -> Place.ORDER.compare(other, place) < 0)
                    .count());
  }

  /** How many requests have a slot. */
  public synchronized int taken() {
    return running.size();
  }

  /** How many requests of a kind have a slot. */
  public synchronized long running(String kind) {
    return count(running.values().stream(), kind);
  }

  /** How many requests of a kind wait for one. */
  public synchronized long waiting(String kind) {
    return count(waiting.values().stream(), kind);
  }

  private static long count(Stream<Place> places, String kind) {
    return places.filter(place -> place.kind().equals(kind)).count();
  }
}
