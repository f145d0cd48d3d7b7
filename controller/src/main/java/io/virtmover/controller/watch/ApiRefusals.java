// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which refusals of the API server end a request, a backup or a restore. What is invalid ends it at
 * once. What is denied ends it when it was denied for a while without a pass that came through: an
 * API server that was just started may deny rights that are there, and a policy may be on its way.
 * All else may pass: a server that is busy or away, a conflict, and a quota without room, for which
 * there is a deadline.
 */
@ApplicationScoped
public class ApiRefusals {
  /** Far more than an API server takes to read the roles after its start. */
  static final Duration MAY_PASS = Duration.ofMinutes(1);

  private final Tries tries;

  ApiRefusals(Tries tries) {
    this.tries = tries;
  }

  /**
   * Why a request has to end, and what to do; empty while it may go on.
   *
   * @param attempt that was refused something in a pass
   * @param now when that became known
   */
  public Optional<VirtMoverException> end(
      String attempt, KubernetesClientException refusal, Instant now) {
    var failure = ApiTrouble.of(refusal);
    if (failure.kind() == FailureKind.UNAVAILABLE) {
      // One that comes back may deny again what it will allow.
      none(attempt);
      return Optional.empty();
    }
    var mayPass =
        ApiTrouble.isLackOfRoom(refusal)
            || (failure.kind() == FailureKind.ACCESS_DENIED && !isDeniedForLong(attempt, now));
    return mayPass ? Optional.empty() : Optional.of(advised(failure, refusal));
  }

  private boolean isDeniedForLong(String attempt, Instant now) {
    var since = tries.triedSince(attempt, OwnWork.BE_ALLOWED, now, now);
    return !since.plus(MAY_PASS).isAfter(now);
  }

  /** Notes a pass that came through. */
  public void none(String attempt) {
    tries.done(attempt, OwnWork.BE_ALLOWED);
  }

  private static VirtMoverException advised(
      VirtMoverException failure, KubernetesClientException refusal) {
    var words = ApiTrouble.clause(failure.getMessage());
    return new VirtMoverException(failure.kind(), words + ". " + advice(failure, refusal), refusal);
  }

  private static String advice(VirtMoverException failure, KubernetesClientException refusal) {
    if (failure.kind() != FailureKind.ACCESS_DENIED) {
      return "Mend what it names, in the request, in VirtMover's settings or in an admission rule, and ask again.";
    }
    return ApiTrouble.isLackOfRights(refusal)
        ? "Give the controller this right, as its chart does, and ask again."
        : "Change the policy that forbids it, or VirtMover's settings, and ask again.";
  }
}
