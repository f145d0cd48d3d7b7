// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.callback;

import io.virtmover.controller.mover.Reported;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.transfer.Outcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What movers have reported, by the id of the attempt. It is not kept: a mover goes on reporting,
 * and its end is in its termination message, too.
 */
@ApplicationScoped
public class MoverReports {
  private final Map<String, TransferStatus.Progress> progress = new ConcurrentHashMap<>();
  private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();

  /** What the mover of an attempt has reported. */
  public Reported of(String attempt) {
    return new Reported(
        Optional.ofNullable(progress.get(attempt)), Optional.ofNullable(outcomes.get(attempt)));
  }

  /** Forgets an attempt that is over. */
  public void forget(String attempt) {
    progress.remove(attempt);
    outcomes.remove(attempt);
  }

  /** One that comes after the end is late. */
  void tell(String attempt, TransferStatus.Progress now) {
    if (!outcomes.containsKey(attempt)) {
      progress.put(attempt, now);
    }
  }

  void tell(String attempt, Outcome end) {
    outcomes.put(attempt, end);
  }
}
