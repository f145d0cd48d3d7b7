// SPDX-License-Identifier: Apache-2.0
package io.virtmover.concurrent;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Threads for transfers. They are the system's: whoever starts them bounds their number by buffers
 * of some MiB each, beside which a thread costs nothing; while virtual ones that have waited for a
 * socket leave a thread of the JVM in a system call, for which its end waits a quarter of a second.
 */
public final class Workers {
  private Workers() {}

  /** Makes a thread for each task. */
  public static ExecutorService perTask(String name) {
    return Executors.newThreadPerTaskExecutor(threads(name));
  }

  /**
   * Looks at each of {@code watched} again and again on one thread of that name, with a pause
   * between, until shut down. A look that throws is told as what no thread has caught, once while
   * it goes on so; the watch goes on.
   */
  public static <T> ExecutorService watch(
      String name, Duration pause, Iterable<T> watched, Consumer<? super T> look) {
    var executor =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name).factory());
    var watch = new Watch<>(watched, look, Workers::tellUncaught);
    var nanos = pause.toNanos();
    var _ = executor.scheduleWithFixedDelay(watch, nanos, nanos, TimeUnit.NANOSECONDS);
    return executor;
  }

  private static void tellUncaught(Throwable failure) {
    var thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
  }

  /** Runs what may take time on a thread of its own; here, where no thread is to be had. */
  public static void aside(Runnable work) {
    try {
      threads("aside").newThread(work).start();
    } catch (OutOfMemoryError e) {
      work.run();
    }
  }

  /** Makes threads that do not keep the program from ending. */
  public static ThreadFactory threads(String name) {
    return Thread.ofPlatform().daemon().name(name + "-", 1).factory();
  }
}
