// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.control.Outcome;
import io.virtmover.lab.kubevirt.control.Reconciler;

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
    return executor.run(decision.decide(state, seen), scene, seen);
  }
}
