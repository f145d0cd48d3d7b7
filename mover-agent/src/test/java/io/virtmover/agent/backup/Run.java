// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoreCall;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One run of a backup on a {@link Stage}, with what happens to it at which of its requests. Its
 * threads are known by what they inherit, so that requests of its workers are its requests too.
 */
final class Run {
  /** What happens at a request. */
  enum Event {
    /** SIGTERM: the main thread is interrupted; everything goes on until it notices. */
    TERMINATED,
    /** SIGKILL before the request reaches the store. */
    KILLED,
    /** SIGKILL after the request took effect. */
    KILLED_AFTER,
    /** The store does not answer, and nothing happened. */
    REFUSED,
    /** The request took effect, the answer is lost. */
    ANSWER_LOST,
    /** The other run is some requests faster. */
    DELAYED
  }

  /**
   * Thrown by every request of a run that is dead, so that nothing it still wants to do is done.
   */
  private static final class Killed extends Error {
    Killed() {
      super("killed", null, false, false);
    }
  }

  private static final InheritableThreadLocal<Optional<Run>> CURRENT =
      new InheritableThreadLocal<>() {
        @Override
        protected Optional<Run> initialValue() {
          return Optional.empty();
        }
      };

  private final String name;
  private final Stage stage;
  private final Map<Integer, Event> plan;
  private final AtomicInteger requests = new AtomicInteger();
  private final ThreadLocal<Integer> request = ThreadLocal.withInitial(() -> 0);
  private volatile boolean dead;
  private volatile Optional<Thread> main = Optional.empty();
  private volatile Optional<Throwable> failure = Optional.empty();

  Run(String name, Stage stage, Map<Integer, Event> plan) {
    this.name = name;
    this.stage = stage;
    this.plan = plan;
  }

  /** The run whose request the calling thread makes. */
  static Optional<Run> current() {
    return CURRENT.get();
  }

  /** Looks at the store without being part of the play. */
  static void unseen(Runnable look) {
    var run = CURRENT.get();
    CURRENT.set(Optional.empty());
    try {
      look.run();
    } finally {
      CURRENT.set(run);
    }
  }

  int requests() {
    return requests.get();
  }

  /** Empty: exit code 0. */
  Optional<Throwable> failure() {
    return failure;
  }

  Thread start(Callable<?> work) {
    var thread = Thread.ofVirtual().unstarted(() -> play(work));
    main = Optional.of(thread);
    thread.start();
    return thread;
  }

  private void play(Callable<?> work) {
    CURRENT.set(Optional.of(this));
    try {
      var _ = work.call();
    } catch (Throwable e) {
      failure = Optional.of(e);
    } finally {
      stage.ended(this);
    }
  }

  void before(StoreCall call) {
    checkAlive();
    var number = requests.incrementAndGet();
    request.set(number);
    stage.moved();
    switch (plan.get(number)) {
      case TERMINATED -> main.ifPresent(Thread::interrupt);
      case KILLED -> die();
      case REFUSED -> throw unavailable(call);
      case DELAYED -> stage.letOthersPass(this);
      case KILLED_AFTER, ANSWER_LOST -> {}
      case null -> {}
    }
    checkAlive();
  }

  void after(StoreCall call) {
    checkAlive();
    switch (plan.get(request.get())) {
      case KILLED_AFTER -> die();
      case ANSWER_LOST -> throw unavailable(call);
      case TERMINATED, KILLED, REFUSED, DELAYED -> {}
      case null -> {}
    }
  }

  private void die() {
    dead = true;
    main.ifPresent(Thread::interrupt);
    throw new Killed();
  }

  private void checkAlive() {
    if (dead) {
      throw new Killed();
    }
  }

  private static VirtMoverException unavailable(StoreCall call) {
    return new VirtMoverException(
        FailureKind.UNAVAILABLE, "No answer to %s of %s.".formatted(call.kind(), call.key()));
  }

  @Override
  public String toString() {
    return "run %s with %s: %s"
        .formatted(
            name,
            plan,
            failure
                .map(e -> e instanceof VirtMoverException known ? known.kind() + " " + e : "" + e)
                .orElse("exit 0"));
  }
}
