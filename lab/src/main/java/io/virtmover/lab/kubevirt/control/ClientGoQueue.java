// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.control;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A queue of keys with client-go's rules: a key waits once however often it is added, is never
 * worked on twice at a time, and after a failure comes back with a pause of 5 ms that doubles up to
 * 1000 s. Keys of one namespace are taken one after another, in the order they came, so that the
 * backups of one VM meet each other in the same order on every run.
 */
public final class ClientGoQueue implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ClientGoQueue.class.getName());
  private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1000);
  private static final int WORKERS = 4;

  private final String name;
  private final Reconciler reconciler;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<ObjectKey> waiting = new LinkedHashSet<>();
  private final Set<ObjectKey> dirty = new HashSet<>();
  private final Set<ObjectKey> processing = new HashSet<>();
  private final Map<ObjectKey, Integer> failures = new HashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
  private boolean closed;

  /** A queue that hands its keys to a reconciler once it is started. */
  public ClientGoQueue(String name, Reconciler reconciler) {
    this.name = name;
    this.reconciler = reconciler;
  }

  /** Begins to work. */
  public void start() {
    for (var i = 0; i < WORKERS; i++) {
      var _ = Thread.ofVirtual().name(name + "-" + i).start(this::work);
    }
  }

  /** Asks for a look at an object. */
  public void add(ObjectKey key) {
    lock.lock();
    try {
      if (dirty.add(key) && !processing.contains(key)) {
        waiting.add(key);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Asks for a look at an object later. */
  public void addAfter(ObjectKey key, Duration delay) {
    try {
      var _ = timer.schedule(() -> add(key), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      // closed in the meantime: nobody looks any more
    }
  }

  /** The pause before the next look after so many failures. */
  static Duration pauseAfter(int failures) {
    var factor = 1L << Math.min(failures, 20);
    var pause = FIRST_PAUSE.multipliedBy(factor);
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  private void work() {
    try {
      while (true) {
        var key = take();
        try {
          after(key, look(key));
        } finally {
          release(key);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ClosedException _) {
      // closed: the worker ends
    }
  }

  private Outcome look(ObjectKey key) {
    try {
      return reconciler.reconcile(key);
    } catch (KubernetesClientException e) {
      return new Outcome.Retry(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, name + " " + key + ": reconcile failed", e);
      return new Outcome.Retry(String.valueOf(e.getMessage()));
    }
  }

  private void after(ObjectKey key, Outcome outcome) {
    switch (outcome) {
      case Outcome.Done() -> forget(key);
      case Outcome.After(var delay) -> {
        forget(key);
        addAfter(key, delay);
      }
      case Outcome.Retry(var reason) -> {
        LOG.log(System.Logger.Level.DEBUG, "{0} {1}: {2}", name, key, reason);
        addAfter(key, pauseAfter(countFailure(key)));
      }
    }
  }

  private ObjectKey take() throws InterruptedException, ClosedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (closed) {
          throw new ClosedException();
        }
        var next = waiting.stream().filter(key -> !isBusy(key.namespace())).findFirst();
        if (next.isPresent()) {
          waiting.remove(next.get());
          dirty.remove(next.get());
          processing.add(next.get());
          return next.get();
        }
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void release(ObjectKey key) {
    lock.lock();
    try {
      processing.remove(key);
      if (dirty.contains(key)) {
        waiting.add(key);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isBusy(String namespace) {
    return processing.stream().anyMatch(key -> key.namespace().equals(namespace));
  }

  private int countFailure(ObjectKey key) {
    lock.lock();
    try {
      return failures.merge(key, 1, Integer::sum) - 1;
    } finally {
      lock.unlock();
    }
  }

  private void forget(ObjectKey key) {
    lock.lock();
    try {
      failures.remove(key);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    timer.shutdownNow();
  }

  private static final class ClosedException extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
