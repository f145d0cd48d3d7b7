// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.failure.FailureKind;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGTERM and SIGINT stop the transfer, not the process: it gets the time to take back what is
 * half-done, and then the process ends with the exit code for it.
 */
final class Cancellation implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMillis(4500);

  private final Thread worker = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::cancel, "cancellation");

  Cancellation() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void cancel() {
    if (ended.getCount() == 0) {
      return;
    }
    worker.interrupt();
    try {
      var _ = ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(FailureKind.CANCELED.exitCode());
  }

  @Override
  public void close() {
    ended.countDown();
  }
}
