// SPDX-License-Identifier: Apache-2.0
package io.virtmover.concurrent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Does the same for one thing after the other, a few of them ahead of whoever takes the results in
 * order. What fails is told to who takes it, and to nobody if nobody does. Not thread-safe.
 *
 * @param <T> what something is done for
 * @param <R> what it brings
 */
public final class Prefetch<T, R> implements AutoCloseable {
  private final String what;
  private final Iterator<? extends T> things;
  private final int depth;
  private final Function<? super T, ? extends R> work;
  private final ExecutorService workers = Workers.perTask("ahead");
  private final Deque<Future<R>> underway = new ArrayDeque<>();

  /**
   * @param what for the message of a cancellation
   * @param depth how many at once
   */
  public Prefetch(
      String what, Iterable<? extends T> things, int depth, Function<? super T, ? extends R> work) {
    this.what = what;
    this.things = things.iterator();
    this.depth = depth;
    this.work = work;
  }

  /**
   * What the next thing has brought; waits for it. What its work threw is thrown here.
   *
   * @throws NoSuchElementException after the last
   */
  public R next() {
    while (underway.size() < depth && things.hasNext()) {
      var thing = things.next();
      underway.addLast(workers.submit(() -> work.apply(thing)));
    }
    return Futures.await(underway.removeFirst(), what);
  }

  /** Interrupts what is underway, and waits for its end. */
  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
  }
}
