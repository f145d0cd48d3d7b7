// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.objectstore.s3.CannedServer.Answer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What the SDK throws where a server refuses, made from the server's answer. */
final class Refusals {
  private Refusals() {}

  static AwsServiceException of(Answer answer) {
    var http = SdkHttpResponse.builder().statusCode(answer.status());
    answer.headers().forEach(http::putHeader);
    return S3Exception.builder()
        .statusCode(answer.status())
        .requestId(answer.headers().get("x-amz-request-id"))
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .errorCode(element(answer.body(), "Code"))
                .errorMessage(element(answer.body(), "Message"))
                .sdkHttpResponse(http.build())
                .rawResponse(SdkBytes.fromString(answer.body(), StandardCharsets.UTF_8))
                .build())
        .build();
  }

  /** A refusal with an error code of the store. */
  static ErrorAnswer answer(int status, String code) {
    return ErrorAnswer.of(of(code.isEmpty() ? Answer.empty(status) : Answer.error(status, code)));
  }

  private static @Nullable String element(String xml, String name) {
    var found = Pattern.compile("<%1$s>(.*?)</%1$s>".formatted(name)).matcher(xml);
    return found.find() ? found.group(1) : null;
  }
}
