// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.request;

import io.virtmover.velero.action.OperationProgress;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.kubernetes.ResourceType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** What the status of a request means to Velero. */
final class RequestProgress {
  private static final String UNITS = "Bytes";
  private static final String COMPLETED = "Completed";
  private static final String FAILED = "Failed";
  private static final String CANCELED = "Canceled";

  private RequestProgress() {}

  static boolean isFinal(Item request) {
    return switch (phase(request)) {
      case COMPLETED, FAILED, CANCELED -> true;
      default -> false;
    };
  }

  static OperationProgress of(Item request, Instant now) {
    var phase = phase(request);
    var progress = request.status().path("progress");
    var total = progress.path("totalBytes").asLong();
    var done = phase.equals(COMPLETED) ? total : progress.path("bytesDone").asLong();
    return new OperationProgress(
        isFinal(request),
        error(request, phase),
        done,
        total,
        UNITS,
        words(request, phase),
        time(request, "startTimestamp"),
        time(request, "completionTimestamp").or(() -> Optional.of(now)));
  }

  /** What {@code velero backup describe --details} shows of it. */
  private static String words(Item request, String phase) {
    if (phase.isEmpty() || phase.equals("New")) {
      return "New: waits for VirtMover's controller";
    }
    return isFinal(request)
        ? phase
        : Item.text(request.status(), "message").map(told -> phase + ": " + told).orElse(phase);
  }

  /** An end without words would be read as a success. */
  private static Optional<String> error(Item request, String phase) {
    var isBad = phase.equals(FAILED) || phase.equals(CANCELED);
    return isBad
        ? Item.text(request.status(), "message")
            .or(
                () ->
                    Optional.of(
                        "%s %s ended as %s, and its message does not say why"
                            .formatted(
                                request.tree().path("kind").asText("the request"),
                                request.name(),
                                phase)))
        : Optional.empty();
  }

  static OperationProgress gone(ResourceType type, String operation) {
    return OperationProgress.failed(
        "gone",
        "The %s of the operation %s is gone: somebody deleted it, so nothing works on it any more. Try again."
            .formatted(type, operation));
  }

  private static String phase(Item request) {
    return request.status().path("phase").asText();
  }

  private static Optional<Instant> time(Item request, String field) {
    try {
      return Item.text(request.status(), field).map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
