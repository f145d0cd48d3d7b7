// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs writers side by side, one request at a time: before each, a seeded die says who is next, of
 * half the seeds most often the same one again. So every interleaving can happen, and a failing one
 * can be repeated.
 */
final class Turns {
  /** Requests in a row, on average, of a writer that often stays. */
  private static final int STAYS = 12;

  private static final class Writer {
    final Runnable work;
    final SynchronousQueue<Boolean> go = new SynchronousQueue<>();
    final SynchronousQueue<Boolean> reachedRequest = new SynchronousQueue<>();
    Optional<Throwable> failure = Optional.empty();

    Writer(Runnable work) {
      this.work = work;
    }
  }

  private static final ThreadLocal<Optional<Writer>> CURRENT =
      ThreadLocal.withInitial(Optional::empty);

  private Turns() {}

  /** Returns how each writer ended. */
  static List<Optional<Throwable>> run(InMemoryObjectStore store, long seed, List<Runnable> works) {
    store.before(_ -> CURRENT.get().ifPresent(Turns::waitForTurn));
    var writers = works.stream().map(Writer::new).toList();
    writers.forEach(writer -> Thread.startVirtualThread(() -> work(writer)));
    var ready = new ArrayList<Writer>();
    writers.stream().filter(Turns::reachesRequest).forEach(ready::add);
    var die = new Random(seed);
    // Some writers do all they have to do between two requests of another one.
    var oftenStays = die.nextBoolean();
    var next = writers.getFirst();
    while (!ready.isEmpty()) {
      if (!ready.contains(next) || !oftenStays || die.nextInt(STAYS) == 0) {
        next = ready.get(die.nextInt(ready.size()));
      }
      put(next.go, true);
      if (!reachesRequest(next)) {
        ready.remove(next);
      }
    }
    store.behave();
    return writers.stream().map(writer -> writer.failure).toList();
  }

  private static void work(Writer writer) {
    CURRENT.set(Optional.of(writer));
    try {
      writer.work.run();
    } catch (RuntimeException | Error e) {
      writer.failure = Optional.of(e);
    }
    put(writer.reachedRequest, false);
  }

  private static void waitForTurn(Writer writer) {
    put(writer.reachedRequest, true);
    var _ = take(writer.go);
  }

  private static boolean reachesRequest(Writer writer) {
    return take(writer.reachedRequest);
  }

  private static void put(SynchronousQueue<Boolean> queue, boolean value) {
    try {
      if (!queue.offer(value, 30, TimeUnit.SECONDS)) {
        throw stuck();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean take(SynchronousQueue<Boolean> queue) {
    try {
      var value = queue.poll(30, TimeUnit.SECONDS);
      if (value == null) {
        throw stuck();
      }
      return value;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static VirtMoverException stuck() {
    return new VirtMoverException(FailureKind.INTERNAL, "The writers are stuck.");
  }
}
