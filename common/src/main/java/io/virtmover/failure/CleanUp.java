// SPDX-License-Identifier: Apache-2.0
package io.virtmover.failure;

import java.util.function.Supplier;

/** Work that has to be done although the thread was told to stop. */
public final class CleanUp {
  private CleanUp() {}

  /** Runs {@code work} without the interrupt that would end its requests, and puts it back. */
  public static void evenIfInterrupted(Runnable work) {
    var _ =
        evenIfInterrupted(
            () -> {
              work.run();
              return true;
            });
  }

  /** As with work that has no result. */
  public static <T> T evenIfInterrupted(Supplier<T> work) {
    var wasInterrupted = Thread.interrupted();
    try {
      return work.get();
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
