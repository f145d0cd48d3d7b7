// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.FailureKind;
import io.virtmover.location.Encryption;
import io.virtmover.location.Location;
import java.util.Locale;
import java.util.Set;

/** What a refusal means and what helps, from the store's code, the status and what was sent. */
final class RefusalAdvice {
  /** {@code why} ends without a full stop, {@code remedy} with one. */
  record Refusal(FailureKind kind, String why, String remedy) {}

  private static final Set<String> CREDENTIALS =
      Set.of(
          "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "ExpiredToken",
          "InvalidToken",
          "InvalidClientTokenId",
          "TokenRefreshRequired",
          "NotSignedUp",
          "InvalidSecurity");

  /** What servers answer to a header or a request that they do not know. */
  private static final Set<String> UNKNOWN_TO_SERVER =
      Set.of("NotImplemented", "InvalidRequest", "InvalidArgument", "InvalidHeader", "BadRequest");

  private final Location location;
  private final String endpoint;

  RefusalAdvice(Location location, String endpoint) {
    this.location = location;
    this.endpoint = endpoint;
  }

  Refusal of(Operation operation, ErrorAnswer answer) {
    if (answer.isRedirect() || answer.code().equals("AuthorizationHeaderMalformed")) {
      return elsewhere(answer);
    }
    if (!answer.isTheStores()) {
      return notTheStores(answer);
    }
    if (isUnknownToServer(answer) && operation.sent() != Operation.Sent.PLAIN) {
      return unknownHeader(operation.sent(), answer);
    }
    var kind = kind(answer);
    return new Refusal(kind, describe(answer), remedy(kind, operation, answer.code()));
  }

  /** Whether the credentials are known and only lack the right. */
  static boolean isMissingRight(ErrorAnswer answer) {
    return answer.status() == 403
        && answer.isTheStores()
        && !CREDENTIALS.contains(answer.code())
        && !answer.code().equals("RequestTimeTooSkewed");
  }

  private static String describe(ErrorAnswer answer) {
    return "%s%s%s (%d%s)"
        .formatted(
            answer.code(),
            answer.text().isEmpty() ? "" : ", ",
            answer.text(),
            answer.status(),
            answer.request().isEmpty() ? "" : ", request " + answer.request());
  }

  private Refusal elsewhere(ErrorAnswer answer) {
    var bucket = location.bucket();
    if (answer.region().isPresent()) {
      return new Refusal(
          FailureKind.INVALID_REQUEST,
          "the bucket %s is in the region %s (%d)"
              .formatted(bucket, answer.region().get(), answer.status()),
          "Set the location's region to %s, and its endpoint to that region's, if it has one."
              .formatted(answer.region().get()));
    }
    var target = answer.elsewhere().map(address -> " to " + address).orElse("");
    return new Refusal(
        FailureKind.INVALID_REQUEST,
        answer.isRedirect()
            ? "%s redirects%s (%d%s)"
                .formatted(
                    endpoint,
                    target,
                    answer.status(),
                    answer.code().isEmpty() ? "" : ", " + answer.code())
            : describe(answer),
        "Correct the location's endpoint and region; redirects are not followed.");
  }

  private Refusal notTheStores(ErrorAnswer answer) {
    var why = "%s answers %s, which is no S3 server's answer".formatted(endpoint, answer.came());
    return switch (answer.status()) {
      case 401, 403, 407 ->
          new Refusal(
              FailureKind.ACCESS_DENIED,
              why,
              "Something in front of the server refuses; check the endpoint and the proxy.");
      case 408, 429, 500, 502, 503, 504 ->
          new Refusal(
              FailureKind.UNAVAILABLE, why, "try again later, or check the endpoint and its port.");
      default ->
          new Refusal(
              FailureKind.INVALID_REQUEST,
              why,
              "Check the endpoint, its port, and what stands between.");
    };
  }

  private boolean isUnknownToServer(ErrorAnswer answer) {
    return answer.status() == 501
        || (answer.status() == 400
            && UNKNOWN_TO_SERVER.contains(answer.code())
            && !hasOtherCauses(answer));
  }

  /** Encryption and tags are refused with the same codes. */
  private boolean hasOtherCauses(ErrorAnswer answer) {
    var isPlain =
        location.objectSettings().encryption() instanceof Encryption.BucketDefault
            && location.objectSettings().tags().isEmpty();
    return !isPlain && !answer.text().toLowerCase(Locale.ROOT).contains("checksum");
  }

  /** One code, two causes: told apart by what was sent. */
  private Refusal unknownHeader(Operation.Sent sent, ErrorAnswer answer) {
    var checksum =
        "%s with the checksum %s"
            .formatted("a request", location.objectSettings().checksum().name());
    var condition = "a conditional write (If-Match, If-None-Match)";
    var remedyForChecksum =
        "If the server does not know checksum headers, set checksumAlgorithm: \"\" in the location's config.";
    return switch (sent) {
      case CHECKSUM ->
          new Refusal(
              FailureKind.INVALID_REQUEST,
              "the server refuses %s: %s".formatted(checksum, describe(answer)),
              remedyForChecksum);
      case CHECKSUM_AND_CONDITION ->
          new Refusal(
              FailureKind.UNSUPPORTED,
              "the server refuses %s and %s: %s".formatted(checksum, condition, describe(answer)),
              remedyForChecksum);
      case CONDITION, PLAIN ->
          new Refusal(
              FailureKind.UNSUPPORTED,
              "the server refuses %s: %s".formatted(condition, describe(answer)),
              "Use a server with conditional writes.");
    };
  }

  private static FailureKind kind(ErrorAnswer answer) {
    if (CREDENTIALS.contains(answer.code())) {
      return FailureKind.ACCESS_DENIED;
    }
    return switch (answer.code()) {
      case "NoSuchBucket", "InvalidBucketName", "InvalidStorageClass", "InvalidObjectState" ->
          FailureKind.INVALID_REQUEST;
      case "NotImplemented" -> FailureKind.UNSUPPORTED;
      case "SlowDown", "RequestTimeout" -> FailureKind.UNAVAILABLE;
      default ->
          switch (answer.status()) {
            case 401, 403 -> FailureKind.ACCESS_DENIED;
            case 404, 400, 405, 411, 413, 416 -> FailureKind.INVALID_REQUEST;
            case 409, 412 -> FailureKind.CONFLICT;
            case 501 -> FailureKind.UNSUPPORTED;
            default -> FailureKind.UNAVAILABLE;
          };
    };
  }

  private String remedy(FailureKind kind, Operation operation, String code) {
    if (CREDENTIALS.contains(code)) {
      return "Check the credentials file and its profile.";
    }
    return switch (code) {
      case "RequestTimeTooSkewed" -> "Correct the clock of this machine or of the server.";
      case "NoSuchBucket" -> "Create the bucket or correct its name.";
      case "InvalidObjectState" -> "The object is archived; bring it back first.";
      default ->
          switch (kind) {
            case ACCESS_DENIED -> rights(operation);
            case UNAVAILABLE -> "try again later.";
            case CONFLICT -> "Another writer was at work; run it again.";
            default -> "Check the backup storage location.";
          };
    };
  }

  private String rights(Operation operation) {
    var rights = new StringBuilder(operation.right());
    if (operation.right().equals("s3:PutObject")) {
      if (!location.objectSettings().tags().isEmpty()) {
        rights.append(", s3:PutObjectTagging");
      }
      if (location.objectSettings().encryption() instanceof Encryption.KeyManagement) {
        rights.append(", kms:GenerateDataKey, kms:Decrypt");
      }
    }
    var absent =
        operation.right().equals("s3:GetObject")
            ? "; without s3:ListBucket this is also the answer where there is no such object"
            : "";
    return "The credentials need %s%s. Check the credentials and the bucket's policy."
        .formatted(rights, absent);
  }
}
