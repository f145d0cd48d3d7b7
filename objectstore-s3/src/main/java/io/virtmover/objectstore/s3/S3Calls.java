// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * Runs requests: the deadline of an operation, the further tries that the SDK does not make, and
 * failures in our words.
 */
final class S3Calls {
  private static final int ATTEMPTS = 4;

  /** Damaged on the way, or a concurrent request: worth another try. */
  private static final Set<String> PASSING =
      Set.of(
          "BadDigest",
          "XAmzContentChecksumMismatch",
          "OperationAborted",
          "ConditionalRequestConflict");

  private final S3Failures failures;
  private final Patience patience;

  S3Calls(S3Failures failures, Patience patience) {
    this.failures = failures;
    this.patience = patience;
  }

  /** Runs a request; everything it throws is ours. */
  <T> T run(Operation operation, Supplier<T> request) {
    return orElse(operation, () -> attempt(operation, request), _ -> Optional.empty());
  }

  /** The same, where one answer of the store means that there is nothing. */
  <T> Optional<T> orNone(Operation operation, String code, Supplier<T> request) {
    return orElse(
        operation,
        () -> Optional.of(attempt(operation, request)),
        answer -> answer.says(404, code) ? Optional.of(Optional.empty()) : Optional.empty());
  }

  /** Runs a write whose condition may fail, which is an outcome. */
  WriteOutcome conditional(Operation operation, WriteCondition condition, Supplier<String> write) {
    return orElse(
        operation,
        () -> new WriteOutcome.Written(attempt(operation, write)),
        answer ->
            isLost(condition, answer)
                ? Optional.of(new WriteOutcome.ConditionFailed())
                : Optional.empty());
  }

  /**
   * What requests that were made by {@link #attempt} come to, where some refusals are outcomes.
   *
   * @param outcome of a refusal; empty: it is a failure
   */
  <T> T orElse(
      Operation operation, Supplier<T> requests, Function<ErrorAnswer, Optional<T>> outcome) {
    try {
      return requests.get();
    } catch (SdkServiceException e) {
      return outcome.apply(ErrorAnswer.of(e)).orElseThrow(() -> failures.translate(operation, e));
    } catch (RuntimeException e) {
      throw failures.translate(operation, e);
    }
  }

  private static boolean isLost(WriteCondition condition, ErrorAnswer answer) {
    return switch (condition) {
      case WriteCondition.Always() -> false;
      case WriteCondition.IfAbsent() -> isRefusedByCondition(answer);
      // 404 is the answer where there is no object any more.
      case WriteCondition.IfUnchanged(var _) ->
          isRefusedByCondition(answer) || answer.says(404, "NoSuchKey");
    };
  }

  private static boolean isRefusedByCondition(ErrorAnswer answer) {
    return answer.says(412, "PreconditionFailed")
        || answer.says(409, "ConditionalRequestConflict", "OperationAborted");
  }

  /** What the SDK throws stays what it is, for callers that look at it. */
  <T> T attempt(Operation operation, Supplier<T> request) {
    for (var attempt = 1; ; attempt++) {
      try {
        return ScopedValue.where(Operation.CURRENT, operation).call(request::get);
      } catch (SdkServiceException e) {
        if (!PASSING.contains(ErrorAnswer.of(e).code()) || attempt == ATTEMPTS) {
          throw e;
        }
        pause();
      }
    }
  }

  RuntimeException translate(Operation operation, RuntimeException e) {
    return failures.translate(operation, e);
  }

  void pause() {
    var millis = patience.pause().toMillis();
    try {
      Thread.sleep(millis + ThreadLocalRandom.current().nextLong(millis + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VirtMoverException(
          FailureKind.CANCELED, "Waiting for the object store was canceled.", e);
    }
  }
}
