// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.Distrust;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Turns the SDK's exceptions into ours: kind, what, where, what to do. */
final class S3Failures {
  private final String where;
  private final String endpoint;

  /**
   * @param where the bucket, for messages
   * @param endpoint the server, for messages about reaching it
   */
  S3Failures(String where, String endpoint) {
    this.where = where;
    this.endpoint = endpoint;
  }

  VirtMoverException translate(String operation, String key, SdkException e) {
    if (isInterrupt(e)) {
      Thread.currentThread().interrupt();
      return new VirtMoverException(
          FailureKind.CANCELED, "%s of %s/%s was canceled.".formatted(operation, where, key), e);
    }
    if (ours(e) instanceof VirtMoverException failure) {
      return failure;
    }
    return e instanceof SdkServiceException answered
        ? refused(operation, key, answered)
        : unreached(operation, key, e);
  }

  /** A failure of our own that the SDK has wrapped. */
  private static @Nullable Throwable ours(Throwable e) {
    var at = e.getCause();
    while (at != null && !(at instanceof VirtMoverException)) {
      at = at.getCause();
    }
    return at;
  }

  private VirtMoverException refused(String operation, String key, SdkServiceException e) {
    var code = code(e);
    var kind = kind(e.statusCode(), code);
    return new VirtMoverException(
        kind,
        "%s of %s/%s failed: %s (%d, request %s). %s"
            .formatted(
                operation,
                where,
                key,
                describe(e, code),
                e.statusCode(),
                e.requestId(),
                advice(kind, code)),
        e);
  }

  private static FailureKind kind(int status, String code) {
    return switch (code) {
      case "NoSuchBucket", "InvalidBucketName", "PermanentRedirect", "InvalidStorageClass" ->
          FailureKind.INVALID_REQUEST;
      case "NotImplemented" -> FailureKind.UNSUPPORTED;
      case "SlowDown", "RequestTimeout" -> FailureKind.UNAVAILABLE;
      case "NoSuchUpload" -> FailureKind.CONFLICT;
      default ->
          switch (status) {
            case 401, 403 -> FailureKind.ACCESS_DENIED;
            case 404, 400, 405, 411, 413, 416 -> FailureKind.INVALID_REQUEST;
            case 409, 412 -> FailureKind.CONFLICT;
            default -> FailureKind.UNAVAILABLE;
          };
    };
  }

  private static String advice(FailureKind kind, String code) {
    return switch (code) {
      case "RequestTimeTooSkewed" -> "Correct the clock of this machine or of the server.";
      case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken" ->
          "Check the credentials file and its profile.";
      case "NoSuchBucket" -> "Create the bucket or correct its name.";
      default ->
          switch (kind) {
            case ACCESS_DENIED -> "Check the credentials and the bucket's policy.";
            case UNAVAILABLE -> "It was tried several times; try again later.";
            default -> "Check the backup storage location.";
          };
    };
  }

  private VirtMoverException unreached(String operation, String key, SdkException e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (Distrust.isMeantBy(at)) {
        return new VirtMoverException(
            FailureKind.ACCESS_DENIED,
            "The certificate of %s is not accepted: %s. Give its CA with --ca or objectStorage.caCert."
                .formatted(endpoint, firstLine(at)),
            e);
      }
      if (at instanceof UnknownHostException || at instanceof ConnectException) {
        return new VirtMoverException(
            FailureKind.UNAVAILABLE,
            "Cannot reach the S3 server %s: %s. Check the endpoint and the network."
                .formatted(endpoint, firstLine(at)),
            e);
      }
    }
    if (String.valueOf(e.getMessage()).contains("credentials")) {
      return new VirtMoverException(
          FailureKind.ACCESS_DENIED,
          "No usable credentials for %s: %s. Check the credentials file and its profile."
              .formatted(where, firstLine(e)),
          e);
    }
    return new VirtMoverException(
        FailureKind.UNAVAILABLE,
        "%s of %s/%s failed: %s. It was tried several times; try again later."
            .formatted(operation, where, key, firstLine(e)),
        e);
  }

  static String code(SdkServiceException e) {
    var details = e instanceof S3Exception s3 ? s3.awsErrorDetails() : null;
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  private static String describe(SdkServiceException e, String code) {
    var details = e instanceof S3Exception s3 ? s3.awsErrorDetails() : null;
    var text = details == null ? null : details.errorMessage();
    return code
        + (code.isEmpty() || text == null ? "" : ", ")
        + (text == null ? "" : oneLine(text));
  }

  static boolean isInterrupt(@Nullable Throwable e) {
    for (var at = e; at != null; at = at.getCause()) {
      if (at instanceof AbortedException || at instanceof InterruptedException) {
        return true;
      }
    }
    return false;
  }

  private static String firstLine(Throwable e) {
    var message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : oneLine(message);
  }

  private static String oneLine(String text) {
    var line = text.lines().findFirst().orElse("").strip();
    return line.replaceAll("[\\w.$]+Exception: ", "").replaceAll("\\.$", "");
  }
}
