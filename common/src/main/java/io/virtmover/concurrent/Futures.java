// SPDX-License-Identifier: Apache-2.0
package io.virtmover.concurrent;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Waits for what other threads do. */
public final class Futures {
  private Futures() {}

  /**
   * Returns when the work has ended well; whatever it threw is thrown here, errors included, so
   * that nothing a worker says is lost.
   *
   * @param what for the message of a cancellation
   */
  public static <T> T await(Future<T> work, String what) {
    try {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VirtMoverException(FailureKind.CANCELED, what + " was canceled.", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(what + " failed", e.getCause());
      }
    }
  }

  /**
   * Does the same for each of some things, a few at once. The first failure, in their order, is
   * thrown when it is known; what is underway by then is interrupted, what is not is not begun.
   *
   * @param what for the message of a cancellation
   */
  public static <T> void each(String what, List<T> things, int atOnce, Consumer<T> work) {
    Function<T, T> done =
        thing -> {
          work.accept(thing);
          return thing;
        };
    try (var prefetch = new Prefetch<>(what, things, atOnce, done)) {
      things.forEach(_ -> prefetch.next());
    }
  }

  /** What two pieces of work have brought. */
  public record Both<A, B>(A one, B other) {}

  /**
   * Does two things at once, both to their end: what one has begun, it also cleans up when the
   * other fails. If both do, the first one's failure is thrown. Only who waits here and is told to
   * stop interrupts them.
   *
   * @param what for the message of a cancellation
   */
  public static <A, B> Both<A, B> both(String what, Supplier<A> one, Supplier<B> other) {
    try (var workers = Workers.perTask("request")) {
      var first = workers.submit(one::get);
      var second = workers.submit(other::get);
      return new Both<>(await(first, what), await(second, what));
    }
  }
}
