// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.kubernetes;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import org.jspecify.annotations.Nullable;

/** The API server said no, or nothing. The message says what was asked and what it answered. */
public final class KubernetesException extends VirtMoverException {
  private static final int NO_ANSWER = 0;

  private final int status;
  private final String reason;

  KubernetesException(
      FailureKind kind, String message, int status, String reason, @Nullable Throwable cause) {
    super(kind, message, cause);
    this.status = status;
    this.reason = reason;
  }

  static KubernetesException noAnswer(FailureKind kind, String message, Throwable cause) {
    return new KubernetesException(kind, message, NO_ANSWER, "", cause);
  }

  /** The HTTP status, or 0 when there was no answer. */
  public int status() {
    return status;
  }

  /** There is an object of this name already. */
  public boolean alreadyExists() {
    return reason.equals("AlreadyExists");
  }

  /** The object, its namespace or its kind is not there. */
  public boolean notFound() {
    return status == 404;
  }
}
