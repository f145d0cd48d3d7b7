// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.callback;

import io.virtmover.controller.mover.MoverPod;
import io.virtmover.controller.mover.Reported;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.controller.watch.KnownRequests;
import io.virtmover.transfer.Outcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * What movers have reported, by the id of the attempt: the newest of its pods counts, and what an
 * older one has told is nothing to it. It is not kept: a mover goes on reporting, and its end is in
 * its termination message, too. Of a request that is gone nothing is kept: a pod may report its end
 * after that.
 */
@ApplicationScoped
public class MoverReports {
  private final Map<String, Reported> latest = new ConcurrentHashMap<>();
  private final KnownRequests known;

  MoverReports(KnownRequests known) {
    this.known = known;
  }

  /** What the newest pod of an attempt has reported that has reported anything. */
  public Reported of(String attempt) {
    return latest.getOrDefault(attempt, Reported.NOTHING);
  }

  /** Forgets an attempt that is over. */
  public void forget(String attempt) {
    latest.remove(attempt);
  }

  void tell(String attempt, MoverPod pod, TransferStatus.Progress now) {
    tell(attempt, pod, reported -> reported.with(now));
  }

  void tell(String attempt, MoverPod pod, Outcome end) {
    tell(attempt, pod, reported -> reported.with(end));
  }

  private void tell(String attempt, MoverPod pod, UnaryOperator<Reported> told) {
    var isFirst = !latest.containsKey(attempt);
    latest.merge(
        attempt,
        told.apply(Reported.by(pod)),
        (before, first) -> {
          var other = before.pod().orElseThrow();
          if (other.equals(pod)) {
            return told.apply(before);
          }
          return other.isBefore(pod) ? first : before;
        });
    // Only now: a request that goes meanwhile has its reports forgotten after it is unknown.
    if (isFirst && !known.isServed(attempt)) {
      forget(attempt);
    }
  }
}
