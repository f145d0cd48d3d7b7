// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Lets the data of all requests together pass up to a bound; what is beyond it waits. */
final class DataGate {
  private long passed;
  private long bound = Long.MAX_VALUE;

  /** Whether anybody has met the present bound. */
  private boolean isMet;

  /** So many bytes more may pass. */
  synchronized void holdAfter(long bytes) {
    move(passed + bytes);
  }

  synchronized void release() {
    move(Long.MAX_VALUE);
  }

  private synchronized void move(long to) {
    bound = to;
    isMet = false;
    notifyAll();
  }

  /** Waits until somebody waits at the bound; false when time is up. */
  synchronized boolean awaitHeld(Duration patience) throws InterruptedException {
    var deadline = System.nanoTime() + patience.toNanos();
    while (!isMet) {
      var left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Returns when the bytes may be sent. */
  synchronized void pass(int bytes) throws InterruptedException {
    while (passed + bytes > bound) {
      if (!isMet) {
        isMet = true;
        notifyAll();
      }
      wait();
    }
    passed += bytes;
  }
}
