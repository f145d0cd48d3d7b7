// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waits for what another thread does. */
final class Futures {
  private Futures() {}

  /**
   * Returns when the work has ended well; whatever it threw is thrown here, errors included, so
   * that nothing a worker says is lost.
   *
   * @param what for the message of a cancellation
   */
  static void await(Future<?> work, String what) {
    try {
      work.get();
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
}
