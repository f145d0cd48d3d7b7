// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.Addresses;
import io.virtmover.failure.Distrust;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Location;
import io.virtmover.objectstore.UploadGoneException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** Turns what the SDK throws into ours: kind, what, where, what to do. */
final class S3Failures {
  private final String where;
  private final String endpoint;
  private final RefusalAdvice advice;

  S3Failures(Location location) {
    this.where = "s3://" + location.bucket();
    this.endpoint =
        location
            .server()
            .endpoint()
            .map(Addresses::shown)
            .orElse("of " + location.bucket() + " at AWS");
    this.advice = new RefusalAdvice(location, endpoint);
  }

  /**
   * What to throw for {@code e}: a failure of ours for everything that is about the store; the
   * exception itself where it is about this program.
   */
  RuntimeException translate(Operation operation, RuntimeException e) {
    if (Thread.currentThread().isInterrupted() || isInterrupt(e)) {
      Thread.currentThread().interrupt();
      return new VirtMoverException(
          FailureKind.CANCELED, "%s was canceled.".formatted(what(operation)), e);
    }
    for (Throwable at = e; at != null; at = at.getCause()) {
      switch (at) {
        case VirtMoverException ours -> {
          return ours;
        }
        case Error broken -> throw broken;
        case DeadlinePassed late -> {
          return late(operation, late);
        }
        case WrongAnswer wrong -> {
          return wrong(operation, wrong);
        }
        default -> {}
      }
    }
    return switch (e) {
      case SdkServiceException answered -> refused(operation, ErrorAnswer.of(answered), e);
      case SdkException unanswered -> unreached(operation, unanswered);
      default -> e;
    };
  }

  private String what(Operation operation) {
    return "%s of %s/%s".formatted(operation.words(), where, operation.key());
  }

  private VirtMoverException failed(
      FailureKind kind, Operation operation, String why, String remedy, Throwable cause) {
    return new VirtMoverException(
        kind, "%s failed: %s. %s".formatted(what(operation), why, remedy), cause);
  }

  private VirtMoverException late(Operation operation, DeadlinePassed e) {
    return new VirtMoverException(
        FailureKind.UNAVAILABLE,
        "%s was given up after %s: %s. Try again later; if it stays so, look at the server and the network."
            .formatted(what(operation), elapsed(operation), e.getMessage()),
        e);
  }

  private VirtMoverException wrong(Operation operation, WrongAnswer e) {
    var why = "%s answers %s, which is no S3 server's answer".formatted(endpoint, e.getMessage());
    return e.isPassing()
        ? failed(
            FailureKind.UNAVAILABLE,
            operation,
            why,
            tried(operation) + "; try again later, or check the endpoint and its port.",
            e)
        : failed(
            FailureKind.INVALID_REQUEST,
            operation,
            why,
            "Check the endpoint, its port, and what stands between.",
            e);
  }

  private static String tried(Operation operation) {
    return "It was tried for %s".formatted(elapsed(operation));
  }

  private static String elapsed(Operation operation) {
    return Exchange.words(Duration.ofNanos(System.nanoTime() - operation.started()));
  }

  private VirtMoverException refused(Operation operation, ErrorAnswer answer, Throwable e) {
    if (answer.says(answer.status(), "NoSuchUpload", "InvalidPart", "InvalidPartOrder")) {
      return new UploadGoneException(
          "%s failed: %s (%s). Another run has ended the upload or sent other parts; run it again."
              .formatted(what(operation), answer.code(), answer.text()),
          e);
    }
    var refusal = advice.of(operation, answer);
    return failed(
        refusal.kind(),
        operation,
        refusal.why(),
        refusal.kind() == FailureKind.UNAVAILABLE
            ? tried(operation) + "; " + refusal.remedy()
            : refusal.remedy(),
        e);
  }

  private VirtMoverException unreached(Operation operation, SdkException e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      var known = known(at, e);
      if (known.isPresent()) {
        return known.get();
      }
      if (at instanceof GaveUp) {
        return failed(
            FailureKind.UNAVAILABLE,
            operation,
            S3Words.chain(at),
            tried(operation) + "; try again later.",
            e);
      }
    }
    if (S3Words.chain(e).contains("credentials")) {
      return new VirtMoverException(
          FailureKind.ACCESS_DENIED,
          "No usable credentials for %s: %s. Check the credentials file and its profile."
              .formatted(where, S3Words.chain(e)),
          e);
    }
    return failed(
        FailureKind.UNAVAILABLE,
        operation,
        S3Words.chain(e),
        tried(operation) + "; try again later.",
        e);
  }

  private Optional<VirtMoverException> known(Throwable at, SdkException e) {
    if (Distrust.isMeantBy(at)) {
      return Optional.of(
          new VirtMoverException(
              FailureKind.ACCESS_DENIED,
              "The certificate of %s is not accepted: %s. Give its CA with --ca or objectStorage.caCert."
                  .formatted(endpoint, S3Words.chain(at)),
              e));
    }
    if (at instanceof SSLException && S3Words.chain(at).contains("recognized SSL message")) {
      return Optional.of(
          new VirtMoverException(
              FailureKind.INVALID_REQUEST,
              "%s does not speak TLS. Write the endpoint with http:// or correct its port."
                  .formatted(endpoint),
              e));
    }
    if (at instanceof UnknownHostException || at instanceof ConnectException) {
      return Optional.of(
          new VirtMoverException(
              FailureKind.UNAVAILABLE,
              "Cannot reach the S3 server %s: %s. Check the endpoint and the network."
                  .formatted(endpoint, S3Words.chain(at)),
              e));
    }
    return Optional.empty();
  }

  static boolean isInterrupt(@Nullable Throwable e) {
    for (var at = e; at != null; at = at.getCause()) {
      if (at instanceof AbortedException || at instanceof InterruptedException) {
        return true;
      }
    }
    return false;
  }
}
