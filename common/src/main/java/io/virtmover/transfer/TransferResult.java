// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import org.jspecify.annotations.Nullable;

/**
 * How a transfer ended.
 *
 * @param version of this format
 * @param id of the attempt
 * @param outcome {@code Completed}, {@code Failed} or {@code Canceled}
 * @param failure absent when completed
 * @param report what was done; its form depends on the kind of transfer
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TransferResult(
    int version, String id, String outcome, @Nullable Failure failure, @Nullable Object report) {
  private static final int VERSION = 1;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A failure: its kind, exit code and message. */
  public record Failure(String kind, int exitCode, String message) {}

  public static TransferResult completed(String id, Object report) {
    return new TransferResult(VERSION, id, "Completed", null, report);
  }

  public static TransferResult failed(String id, VirtMoverException failure) {
    return failed(id, failure, null);
  }

  /** A failure that has something to report all the same. */
  public static TransferResult failed(
      String id, VirtMoverException failure, @Nullable Object report) {
    var outcome = failure.kind() == FailureKind.CANCELED ? "Canceled" : "Failed";
    return new TransferResult(
        VERSION,
        id,
        outcome,
        new Failure(failure.kind().name(), failure.kind().exitCode(), failure.getMessage()),
        report);
  }

  /** The result as one line of JSON. */
  public String toJson() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
