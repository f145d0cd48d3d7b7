// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.objectstore.InMemoryObjectStore;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where runs meet: one store, and the order in which their requests reach it. */
final class Stage {
  private static final int LEAD = 6;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
  private static final Duration WHOLE = Duration.ofMinutes(2);

  private final Set<Run> waiting = new HashSet<>();
  private final Set<Run> ended = new HashSet<>();
  private List<Run> runs = List.of();

  Stage(InMemoryObjectStore store) {
    store.before(call -> Run.current().ifPresent(run -> run.before(call)));
    store.after(call -> Run.current().ifPresent(run -> run.after(call)));
  }

  synchronized void enter(List<Run> newRuns) {
    runs = List.copyOf(newRuns);
  }

  synchronized void moved() {
    notifyAll();
  }

  synchronized void ended(Run run) {
    ended.add(run);
    notifyAll();
  }

  /** Until every other run has made some requests more, has ended, or waits as well. */
  synchronized void letOthersPass(Run run) {
    var others = runs.stream().filter(other -> other != run).toList();
    var goals = others.stream().map(other -> other.requests() + LEAD).toList();
    var deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
    waiting.add(run);
    notifyAll();
    try {
      while (System.nanoTime() < deadline && !havePassed(others, goals)) {
        wait(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      waiting.remove(run);
    }
  }

  private boolean havePassed(List<Run> others, List<Integer> goals) {
    for (var i = 0; i < others.size(); i++) {
      var other = others.get(i);
      if (other.requests() < goals.get(i) && !ended.contains(other) && !waiting.contains(other)) {
        return false;
      }
    }
    return true;
  }

  /** Waits until all runs have ended. */
  synchronized void awaitEnd() throws InterruptedException {
    var deadline = System.nanoTime() + WHOLE.toNanos();
    while (!ended.containsAll(runs)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("a run never ends: " + runs);
      }
      wait(100);
    }
  }
}
