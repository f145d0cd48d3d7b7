// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is to become of a request's object, written in one request to the API server; times follow
 * from the phase.
 *
 * @param message what a user is to know; never empty for a request that failed or was canceled
 * @param snapshotID all that a restore needs besides the location
 * @param incrementalBytes what this backup stored
 * @param holds whether our finalizer is there afterwards
 * @param annotations to be set
 * @param ending what is known of a transfer that ends; it is told, and not written
 */
public record Change(
    TransferPhase phase,
    String message,
    Optional<TransferStatus.Progress> progress,
    Optional<String> snapshotID,
    OptionalLong incrementalBytes,
    boolean holds,
    Map<String, String> annotations,
    Ending ending) {
  public Change {
    annotations = Map.copyOf(annotations);
  }

  /** The phase and the message; the finalizer stays or is set. */
  public static Change to(TransferPhase phase, String message) {
    return new Change(
        phase,
        message,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        true,
        Map.of(),
        Ending.UNKNOWN);
  }

  /** The same with progress. */
  public Change with(TransferStatus.Progress newProgress) {
    return new Change(
        phase,
        message,
        Optional.of(newProgress),
        snapshotID,
        incrementalBytes,
        holds,
        annotations,
        ending);
  }

  /** The same with what a restore needs, and what the backup stored. */
  public Change withResult(String newSnapshotID, long newIncrementalBytes) {
    return new Change(
        phase,
        message,
        progress,
        Optional.of(newSnapshotID),
        OptionalLong.of(newIncrementalBytes),
        holds,
        annotations,
        ending);
  }

  /** The same with an annotation more. */
  public Change annotated(String key, String value) {
    var more = new HashMap<>(annotations);
    more.put(key, value);
    return new Change(phase, message, progress, snapshotID, incrementalBytes, holds, more, ending);
  }

  /** The same with what is known of the end. */
  public Change ending(Ending newEnding) {
    return new Change(
        phase, message, progress, snapshotID, incrementalBytes, holds, annotations, newEnding);
  }

  /** The same without our finalizer: nothing is left to clean up. */
  public Change released() {
    return new Change(
        phase, message, progress, snapshotID, incrementalBytes, false, annotations, ending);
  }
}
