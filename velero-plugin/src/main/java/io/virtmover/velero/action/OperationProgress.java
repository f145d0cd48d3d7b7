// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

import java.time.Instant;
import java.util.Optional;

/**
 * How far an operation is, as {@code velero backup describe --details} shows it.
 *
 * @param completed nothing more will come, well or not
 * @param error why it failed; only looked at when completed, and then the operation is failed
 * @param done and {@code total}: how much of it, in {@code units}; equal when it ended well
 * @param description the state in a word, such as the DataUpload's phase
 */
public record OperationProgress(
    boolean completed,
    Optional<String> error,
    long done,
    long total,
    String units,
    String description,
    Optional<Instant> started,
    Optional<Instant> updated) {
  /** Not completed, and nothing known but a word that says why. */
  public static OperationProgress waiting(String description) {
    return new OperationProgress(
        false, Optional.empty(), 0, 0, "Bytes", description, Optional.empty(), Optional.empty());
  }

  /** Completed and failed. */
  public static OperationProgress failed(String description, String error) {
    return new OperationProgress(
        true, Optional.of(error), 0, 0, "Bytes", description, Optional.empty(), Optional.empty());
  }
}
