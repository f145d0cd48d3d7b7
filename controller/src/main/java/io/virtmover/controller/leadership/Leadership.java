// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Whether this process acts. It begins to at most once, and never again after it has ended: then
 * the process ends as well.
 */
@ApplicationScoped
public class Leadership {
  private final ReentrantReadWriteLock passes = new ReentrantReadWriteLock();
  private boolean hasEnded;
  private volatile boolean isLeading;

  /** Whether requests are served here, and reports of movers have an effect. */
  public boolean isLeading() {
    return isLeading;
  }

  /** Makes a pass, which the end of leading waits for; none where this process does not lead. */
  public <T> Optional<T> act(Supplier<Optional<T>> pass) {
    if (!passes.readLock().tryLock()) {
      return Optional.empty();
    }
    try {
      return isLeading ? pass.get() : Optional.empty();
    } finally {
      passes.readLock().unlock();
    }
  }

  /** Whether it has begun: not when the process is ending already. */
  synchronized boolean begin() {
    isLeading = !hasEnded;
    return isLeading;
  }

  /**
   * Lets no other pass begin, and waits for those under way.
   *
   * @return whether all have ended
   */
  boolean end(Duration patience) throws InterruptedException {
    synchronized (this) {
      hasEnded = true;
      isLeading = false;
    }
    return passes.writeLock().tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
