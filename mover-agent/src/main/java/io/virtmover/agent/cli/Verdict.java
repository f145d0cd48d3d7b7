// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.file.InvalidPathException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;

/** What a command's exception is told as. */
final class Verdict {
  private static final int MORE_HEAP = 4;

  private Verdict() {}

  /**
   * The failure to report: lack of memory as that, however deep it is wrapped; everything once it
   * was canceled as that; a failure of ours as it is; anything else as a fault to be reported, with
   * the exception as its cause.
   */
  static VirtMoverException of(Throwable thrown, Optional<Canceler> canceler) {
    var shortage = shortage(thrown);
    if (shortage.isPresent()) {
      return outOfMemory(shortage.get());
    }
    if (thrown instanceof VirtMoverException failure) {
      return canceler
          .filter(by -> isNews(by, failure))
          .map(by -> canceled(by, failure))
          .orElse(failure);
    }
    if (thrown instanceof InvalidPathException) {
      return new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "A file's name holds a character that no name can hold.",
          thrown);
    }
    return canceler
        .map(by -> canceled("Canceled by %s.".formatted(by.words()), thrown))
        .orElseGet(
            () ->
                new VirtMoverException(
                    FailureKind.INTERNAL,
                    "Internal error, please report it with the lines above: " + thrown,
                    thrown));
  }

  /** Who sends a signal knows it; what the controller says is nowhere else. */
  private static boolean isNews(Canceler by, VirtMoverException failure) {
    return by == Canceler.CONTROLLER || failure.kind() != FailureKind.CANCELED;
  }

  private static VirtMoverException canceled(Canceler by, VirtMoverException failure) {
    return canceled(
        "Canceled by %s; it said: %s".formatted(by.words(), failure.getMessage()), failure);
  }

  private static VirtMoverException canceled(String message, Throwable cause) {
    var failure = new VirtMoverException(FailureKind.CANCELED, message, cause);
    for (var suppressed : cause.getSuppressed()) {
      failure.addSuppressed(suppressed);
    }
    return failure;
  }

  private static VirtMoverException outOfMemory(OutOfMemoryError error) {
    // The JDK tells the two apart by nothing but these words.
    var text = String.valueOf(error.getMessage());
    var heap = Runtime.getRuntime().maxMemory() >> 20;
    return new VirtMoverException(
        FailureKind.UNAVAILABLE,
        text.contains("thread")
            ? "The system lets the program start no further thread; raise the limit of processes"
                + " (ulimit -u, or the pod's) and run it again."
            : "The program's heap of %d MiB is too small for this; set VIRTMOVER_HEAP=%dm and run it again."
                .formatted(heap, heap * MORE_HEAP),
        error);
  }

  /** Looks through causes and suppressed exceptions, which may point in a circle. */
  private static Optional<OutOfMemoryError> shortage(Throwable thrown) {
    var seen = Collections.<Throwable>newSetFromMap(new IdentityHashMap<>());
    var open = new ArrayDeque<Throwable>();
    open.add(thrown);
    while (!open.isEmpty()) {
      var at = open.remove();
      if (at instanceof OutOfMemoryError error) {
        return Optional.of(error);
      }
      if (seen.add(at)) {
        if (at.getCause() != null) {
          open.add(at.getCause());
        }
        Collections.addAll(open, at.getSuppressed());
      }
    }
    return Optional.empty();
  }
}
