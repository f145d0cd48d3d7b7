// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.reconcile;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks at keys when they are woken: each key on one virtual thread at a time, and once more when
 * it was woken meanwhile. A look that fails is repeated with growing pauses.
 *
 * @param <K> names an object
 */
public final class WorkQueue<K> implements AutoCloseable {
  private static final Logger LOG = System.getLogger(WorkQueue.class.getName());
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  /** One look at an object. */
  @FunctionalInterface
  public interface Look<K> {
    /**
     * Observes, decides, acts.
     *
     * @return when to look again without being woken
     */
    Optional<Duration> at(K key) throws Exception;
  }

  private static final class Entry {
    boolean isRunning;
    boolean isWoken;
    int failures;
  }

  private final String name;
  private final Look<K> look;
  private final Map<K, Entry> entries = new HashMap<>();
  private final ScheduledExecutorService timer;
  private boolean isClosed;

  public WorkQueue(String name, Look<K> look) {
    this.name = name;
    this.look = look;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name + "-timer").factory());
  }

  /** Has the key looked at soon. */
  public void wake(K key) {
    synchronized (entries) {
      if (isClosed) {
        return;
      }
      var entry = entries.computeIfAbsent(key, _ -> new Entry());
      entry.isWoken = true;
      if (!entry.isRunning) {
        entry.isRunning = true;
        Thread.ofVirtual().name(name + "-" + key).start(() -> run(key, entry));
      }
    }
  }

  /** Has the key looked at after a while. */
  public void wakeAfter(K key, Duration delay) {
    synchronized (entries) {
      if (!isClosed) {
        var _ = timer.schedule(() -> wake(key), delay.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private void run(K key, Entry entry) {
    while (begins(key, entry)) {
      try {
        look.at(key).ifPresent(delay -> wakeAfter(key, delay));
        entry.failures = 0;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (Exception e) {
        failed(key, entry, e);
      }
    }
  }

  private boolean begins(K key, Entry entry) {
    synchronized (entries) {
      if (!entry.isWoken || isClosed) {
        entry.isRunning = false;
        if (entry.failures == 0) {
          entries.remove(key);
        }
        return false;
      }
      entry.isWoken = false;
      return true;
    }
  }

  private void failed(K key, Entry entry, Exception failure) {
    entry.failures++;
    var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(entry.failures - 1, 10));
    var next = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    synchronized (entries) {
      if (isClosed) {
        return;
      }
    }
    LOG.log(
        entry.failures > 3 ? Level.WARNING : Level.DEBUG,
        () ->
            "%s: %s failed, trying again in %d ms: %s"
                .formatted(name, key, next.toMillis(), failure),
        failure);
    wakeAfter(key, next);
  }

  @Override
  public void close() {
    synchronized (entries) {
      isClosed = true;
    }
    timer.shutdownNow();
  }
}
