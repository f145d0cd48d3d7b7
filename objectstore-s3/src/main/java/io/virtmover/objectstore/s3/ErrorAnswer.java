// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.Addresses;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * A refusal as it came.
 *
 * @param code the store's own error code; empty where the answer is not an S3 server's error, or
 *     has no body, as that to a HEAD
 * @param text the store's own words
 * @param request the store's id for the request; may be empty
 * @param came status, content type and first words, for answers that are not the store's
 * @param region where the bucket is, if the store says so
 * @param elsewhere the address a redirect names
 */
record ErrorAnswer(
    int status,
    String code,
    String text,
    String request,
    String came,
    Optional<String> region,
    Optional<String> elsewhere) {
  private static final Pattern REGION = Pattern.compile("<Region>\\s*([a-z0-9-]+)\\s*</Region>");

  static ErrorAnswer of(SdkServiceException e) {
    var details =
        Optional.ofNullable(e instanceof AwsServiceException aws ? aws.awsErrorDetails() : null);
    var http = details.map(AwsErrorDetails::sdkHttpResponse);
    var body =
        details
            .map(AwsErrorDetails::rawResponse)
            .map(SdkBytes::asByteArrayUnsafe)
            .orElseGet(() -> new byte[0]);
    return new ErrorAnswer(
        e.statusCode(),
        details.map(AwsErrorDetails::errorCode).map(String::strip).orElse(""),
        details.map(AwsErrorDetails::errorMessage).map(S3Words::line).orElse(""),
        Optional.ofNullable(e.requestId()).orElse(""),
        FirstWords.of(
            e.statusCode(), http.map(FirstWords::contentType).orElse(FirstWords.NO_TYPE), body),
        http.flatMap(answer -> answer.firstMatchingHeader("x-amz-bucket-region"))
            .or(() -> regionIn(body)),
        http.flatMap(ErrorAnswer::location));
  }

  private static Optional<String> location(SdkHttpResponse answer) {
    return answer.firstMatchingHeader("Location").map(Addresses::shown);
  }

  private static Optional<String> regionIn(byte[] body) {
    var found = REGION.matcher(new String(body, StandardCharsets.UTF_8));
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  /** Whether an S3 server said this with one of its own error codes. */
  boolean isTheStores() {
    return !code.isEmpty();
  }

  boolean says(int wantedStatus, String... codes) {
    return status == wantedStatus && Set.of(codes).contains(code);
  }

  boolean isRedirect() {
    return status >= 300 && status < 400;
  }
}
