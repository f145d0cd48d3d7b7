// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.queue;

import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.velero.TransferObject;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The transfers that may run at once, uploads and downloads together, and the requests that wait
 * for one to end. Oldest first: a request only overtakes those whose location or node is full, and
 * those that had their turn and could not begin.
 *
 * <p>Nothing is written down. Slots are closed at the start, and nobody gets one: first those
 * requests take theirs again that have objects of their own ({@link #open}), in whatever order
 * requests are looked at. Every request that ends has to be released, also one that has only
 * waited: until then it keeps others from their turn.
 */
@ApplicationScoped
public class Slots {
  private final ControllerConfig.Limits limits;
  private final Map<String, Place> running = new HashMap<>();
  private final Map<String, Place> waiting = new HashMap<>();
  private final Map<String, Instant> steppedBack = new HashMap<>();
  private final List<Consumer<Place>> listeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> counts = new CopyOnWriteArrayList<>();
  private final Set<String> endedEarly = new HashSet<>();
  private boolean isOpen;

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

  /** Has {@link #open} call this, which is to {@link #keep} all requests that have objects. */
  public void count(Runnable running) {
    counts.add(running);
  }

  /**
   * Begins to give slots, after what runs has been counted. What is watched has to be known by now.
   */
  public void open() {
    counts.forEach(Runnable::run);
    wake(opened());
  }

  private synchronized List<Place> opened() {
    isOpen = true;
    endedEarly.clear();
    return turns();
  }

  /** Whether what runs has been counted. */
  public synchronized boolean isOpen() {
    return isOpen;
  }

  /**
   * Takes a slot if it is the request's turn, else puts the request into the queue. One that has a
   * slot keeps it.
   *
   * @param node that its VM runs on; empty where none serves it
   * @return whether the request has a slot
   */
  public synchronized boolean take(TransferObject request, String location, String node) {
    var asked = Place.of(request, location, node);
    var place = asked.notBefore(steppedBack.getOrDefault(asked.uid(), asked.since()));
    if (running.containsKey(place.uid())) {
      return true;
    }
    waiting.put(place.uid(), place);
    if (!isOpen || !turns().contains(place)) {
      return false;
    }
    waiting.remove(place.uid());
    running.put(place.uid(), place);
    return true;
  }

  /**
   * Takes a slot without asking: the request already has objects of its own.
   *
   * @param node asked for once, and only where it matters
   */
  public void keep(TransferObject request, String location, Supplier<String> node) {
    var uid = request.getMetadata().getUid();
    if (!isKept(uid)) {
      // Not under the lock: it may be a request to the API server.
      keep(Place.of(request, location, limits.node() > 0 ? node.get() : ""));
    }
  }

  private synchronized boolean isKept(String uid) {
    return running.containsKey(uid) || endedEarly.contains(uid);
  }

  private synchronized void keep(Place place) {
    waiting.remove(place.uid());
    if (!endedEarly.contains(place.uid())) {
      running.putIfAbsent(place.uid(), place);
    }
  }

  /**
   * Gives a slot or a place in the queue back, and wakes those whose turn it is. Harmless twice.
   */
  public void release(String uid) {
    wake(without(uid));
  }

  /**
   * Gives a slot back that nothing could be begun with. The next time the request comes after all
   * that wait now: a store that is away for long, or a namespace that takes nothing, must not keep
   * the others from theirs. One that has no slot keeps its place in the queue.
   */
  public void stepBack(String uid) {
    wake(behindOthers(uid));
  }

  private synchronized List<Place> behindOthers(String uid) {
    if (!running.containsKey(uid)) {
      return List.of();
    }
    var behind =
        waiting.values().stream()
            .filter(other -> !other.uid().equals(uid))
            .max(Place.ORDER)
            .map(last -> last.since().plusNanos(1))
            .or(() -> Optional.ofNullable(steppedBack.get(uid)));
    var next = without(uid);
    behind.ifPresent(moment -> steppedBack.put(uid, moment));
    return next;
  }

  private void wake(List<Place> places) {
    places.forEach(place -> listeners.forEach(listener -> listener.accept(place)));
  }

  private synchronized List<Place> without(String uid) {
    var wasThere = running.remove(uid) != null;
    wasThere |= waiting.remove(uid) != null;
    steppedBack.remove(uid);
    if (!isOpen) {
      // The count may still see what it had.
      endedEarly.add(uid);
    }
    return isOpen && wasThere ? turns() : List.of();
  }

  /** Those that would get the free slots, were all to ask now. */
  private List<Place> turns() {
    var room = new Room(limits);
    running.values().forEach(room::fill);
    return waiting.values().stream().sorted(Place.ORDER).filter(room::admit).toList();
  }

  /** Whether a request that has not asked yet would have to wait for others, whatever its node. */
  public synchronized boolean isCrowded(TransferObject request, String location) {
    var place = Place.of(request, location, "");
    var room = new Room(limits);
    running.values().forEach(room::fill);
    waiting.values().stream()
        .filter(other -> Place.ORDER.compare(other, place) < 0)
        .sorted(Place.ORDER)
        .forEach(room::admit);
    return isOpen && !room.admit(place);
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
