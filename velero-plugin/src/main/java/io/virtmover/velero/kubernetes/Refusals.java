// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.failure.FailureKind;

/** What the API server's refusals mean. */
final class Refusals {
  private static final int MOST_MESSAGE = 1_000;

  private Refusals() {}

  /**
   * The failure of an answer.
   *
   * @param what what was asked: {@code create datauploads.velero.io in velero}
   * @param body the {@code Status} object, as far as there is one
   */
  static KubernetesException of(String what, int status, JsonNode body) {
    var message = body.path("message").asText("");
    return new KubernetesException(
        kind(status),
        "The API server did not %s: %d %s%s"
            .formatted(
                what,
                status,
                message.length() > MOST_MESSAGE ? message.substring(0, MOST_MESSAGE) : message,
                advice(status)),
        status,
        body.path("reason").asText(""),
        null);
  }

  /** Whether the same call may go well a moment later. */
  static boolean isPassing(int status) {
    return status == 429 || status >= 500;
  }

  private static FailureKind kind(int status) {
    return switch (status) {
      case 401, 403 -> FailureKind.ACCESS_DENIED;
      case 409 -> FailureKind.CONFLICT;
      default -> isPassing(status) ? FailureKind.UNAVAILABLE : FailureKind.INVALID_REQUEST;
    };
  }

  private static String advice(int status) {
    return switch (status) {
      case 401 -> " (the token of Velero's service account is not accepted)";
      case 403 -> " (Velero's service account needs this right)";
      default -> "";
    };
  }
}
