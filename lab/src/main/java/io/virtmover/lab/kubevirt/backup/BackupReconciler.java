// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.control.Outcome;
import io.virtmover.lab.kubevirt.control.Reconciler;
import java.time.Duration;

/** One look at a VirtualMachineBackup. */
final class BackupReconciler implements Reconciler {
  private final Observer observer;
  private final Model model;
  private final Decision decision;
  private final Executor executor;

  BackupReconciler(Observer observer, Model model, Decision decision, Executor executor) {
    this.observer = observer;
    this.model = model;
    this.decision = decision;
    this.executor = executor;
  }

  @Override
  public Outcome reconcile(ObjectKey key) {
    var found = observer.observe(key);
    if (found.isEmpty()) {
      return new Outcome.Done();
    }
    var scene = found.get();
    var state = Classification.classify(scene.observation(), model);
    var seen = Faults.apply(scene.observation());
    var outcome = executor.run(decision.decide(state, seen), scene, seen);
    return outcome instanceof Outcome.Done && hasDeadline(scene.observation())
        ? new Outcome.After(Duration.between(seen.now(), seen.backup().expiry()))
        : outcome;
  }

  /** The time of a push can end without anything that wakes the controller. */
  private boolean hasDeadline(Observation seen) {
    var backup = seen.backup();
    return model == Model.C
        && backup.isStarted()
        && !backup.isTerminal()
        && !backup.isOverdue(seen.now());
  }
}
