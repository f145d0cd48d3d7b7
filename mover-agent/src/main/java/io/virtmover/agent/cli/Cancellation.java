// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.concurrent.Workers;
import io.virtmover.failure.FailureKind;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * SIGTERM and SIGINT stop the transfer, not the process: it gets the time to take back what is
 * half-done, and then the process ends with the exit code for it. Watched from the process's first
 * moment to its last, so that a signal never ends it in another way. A controller that no longer
 * wants the transfer stops it likewise.
 */
final class Cancellation {
  private static final Duration PATIENCE = Duration.ofMillis(4500);

  private final Duration patience;
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Thread worker;
  private @Nullable Canceler canceler;
  private boolean isWatching;
  private int exitCode;

  Cancellation() {
    this(PATIENCE);
  }

  /**
   * With another patience.
   *
   * @param patience for the work to come to an end once it is interrupted
   */
  Cancellation(Duration patience) {
    this.patience = patience;
  }

  /** Takes signals from now on. */
  synchronized void watch() {
    isWatching = true;
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "cancellation"));
  }

  /** This thread does the work; it is the one to interrupt. */
  synchronized void begin() {
    worker = Thread.currentThread();
    if (canceler != null) {
      worker.interrupt();
    }
  }

  /** The work is done and reported. */
  synchronized void end(int newExitCode) {
    exitCode = newExitCode;
    ended.countDown();
  }

  /** Who stopped the work, if anybody has: what fails from then on fails because of it. */
  synchronized Optional<Canceler> canceler() {
    return Optional.ofNullable(canceler);
  }

  /** Stops the work as a signal does, and the process too if signals are taken. Does not wait. */
  void cancel(Canceler by) {
    if (request(by) && isWatching()) {
      // From here on it is as with a signal: the process shuts down, and that waits for the work.
      Workers.aside(() -> Runtime.getRuntime().exit(FailureKind.CANCELED.exitCode()));
    }
  }

  private synchronized boolean isWatching() {
    return isWatching;
  }

  private void shutDown() {
    Runtime.getRuntime().halt(shutDownCode());
  }

  /** Stops the work where it has not ended by itself; returns the exit code of the process. */
  int shutDownCode() {
    return isEnded() ? exitCode() : stop();
  }

  private int stop() {
    if (!request(Canceler.SIGNAL)) {
      System.err.println("virtmover: canceled by a signal before it began.");
      return FailureKind.CANCELED.exitCode();
    }
    if (awaitEnd()) {
      return exitCode();
    }
    System.err.println(
        "virtmover: canceled by %s; it did not come to an end within %d ms and is left as it is."
            .formatted(canceler().orElseThrow().words(), patience.toMillis()));
    return FailureKind.CANCELED.exitCode();
  }

  /** Interrupts the work; false if it has not begun. */
  private synchronized boolean request(Canceler by) {
    if (canceler == null) {
      canceler = by;
    }
    if (worker == null) {
      return false;
    }
    worker.interrupt();
    return true;
  }

  private boolean isEnded() {
    return ended.getCount() == 0;
  }

  private boolean awaitEnd() {
    try {
      return ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return isEnded();
    }
  }

  private synchronized int exitCode() {
    System.out.flush();
    return exitCode;
  }
}
