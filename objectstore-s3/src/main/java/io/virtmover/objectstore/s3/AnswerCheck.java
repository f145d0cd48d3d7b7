// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * Asks of every success whether it is an S3 server's. The SDK takes an empty body or another
 * server's page for a listing without objects, and a write's answer without an entity tag for a
 * write.
 */
final class AnswerCheck implements ExecutionInterceptor {
  /** A thousand keys with everything that belongs to them take less. */
  private static final int LARGEST_DOCUMENT = 8 << 20;

  private static final int LARGEST_ERROR = 64 << 10;
  private static final ExecutionAttribute<SdkBytes> ERROR_BODY =
      new ExecutionAttribute<>("virtmover-error-body");

  private static final Map<Class<? extends SdkRequest>, String> DOCUMENTS =
      Map.of(
          ListObjectsV2Request.class, "ListBucketResult",
          ListMultipartUploadsRequest.class, "ListMultipartUploadsResult",
          ListPartsRequest.class, "ListPartsResult",
          CreateMultipartUploadRequest.class, "InitiateMultipartUploadResult",
          CompleteMultipartUploadRequest.class, "CompleteMultipartUploadResult");

  @Override
  public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
    var answer = context.httpResponse();
    if (!answer.isSuccessful()) {
      return;
    }
    try {
      switch (context.request()) {
        case PutObjectRequest _, UploadPartRequest _ -> require(answer, "ETag");
        case HeadObjectRequest _ -> {
          require(answer, "ETag");
          require(answer, "Content-Length");
        }
        case GetObjectRequest _ -> {
          require(answer, "ETag");
          if (answer.firstMatchingHeader("Transfer-Encoding").isEmpty()) {
            require(answer, "Content-Length");
          }
        }
        default -> {}
      }
    } catch (WrongAnswer e) {
      context.responseBody().ifPresent(AnswerCheck::abandon);
      throw e;
    }
  }

  private static void require(SdkHttpResponse answer, String header) {
    if (answer.firstMatchingHeader(header).filter(value -> !value.isBlank()).isEmpty()) {
      throw WrongAnswer.of(
          "%d (%s) without %s"
              .formatted(answer.statusCode(), FirstWords.contentType(answer), header));
    }
  }

  /** The rest of the body is of no use, and may be long. */
  private static void abandon(InputStream body) {
    if (body instanceof Abortable abortable) {
      abortable.abort();
    }
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    var expected = DOCUMENTS.get(context.request().getClass());
    if (!context.httpResponse().isSuccessful()) {
      return context.responseBody().map(body -> kept(body, attributes));
    }
    if (expected == null) {
      return context.responseBody();
    }
    var bytes = whole(context.responseBody());
    check(context.httpResponse(), bytes, expected);
    return Optional.of(new ByteArrayInputStream(bytes));
  }

  private static InputStream kept(InputStream body, ExecutionAttributes attributes) {
    try (body) {
      var bytes = body.readNBytes(LARGEST_ERROR);
      abandon(body);
      attributes.putAttribute(ERROR_BODY, SdkBytes.fromByteArrayUnsafe(bytes));
      return new ByteArrayInputStream(bytes);
    } catch (IOException e) {
      throw WrongAnswer.passing(S3Words.chain(e));
    }
  }

  /** The SDK forgets what it cannot read. */
  @Override
  public Throwable modifyException(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    var body = attributes.getAttribute(ERROR_BODY);
    if (body == null
        || !(context.exception() instanceof AwsServiceException failure)
        || failure.awsErrorDetails() == null) {
      return context.exception();
    }
    return failure.toBuilder()
        .awsErrorDetails(failure.awsErrorDetails().toBuilder().rawResponse(body).build())
        .build();
  }

  private static byte[] whole(Optional<InputStream> body) {
    if (body.isEmpty()) {
      return new byte[0];
    }
    try (var in = body.get()) {
      var bytes = in.readNBytes(LARGEST_DOCUMENT);
      if (bytes.length == LARGEST_DOCUMENT) {
        abandon(in);
        throw WrongAnswer.of("more than %d bytes".formatted(LARGEST_DOCUMENT));
      }
      return bytes;
    } catch (IOException e) {
      throw WrongAnswer.passing(S3Words.chain(e));
    }
  }

  private static void check(SdkHttpResponse answer, byte[] bytes, String expected) {
    var came = FirstWords.of(answer.statusCode(), FirstWords.contentType(answer), bytes);
    if (new String(bytes, StandardCharsets.ISO_8859_1).isBlank()) {
      throw WrongAnswer.passing("%s in place of %s".formatted(came, expected));
    }
    var document = XmlAnswer.read(bytes);
    var isTruncated = document.problem().isPresent() && document.root().equals(expected);
    if (isTruncated || (document.root().equals("Error") && !isCompletion(expected))) {
      throw WrongAnswer.passing(
          "%s: %s"
              .formatted(
                  came, document.problem().orElseGet(() -> "an error where a success is said")));
    }
    if (!document.root().equals(expected) && !document.root().equals("Error")) {
      throw WrongAnswer.of("%s in place of %s".formatted(came, expected));
    }
  }

  /** S3 may find an error after it has begun to answer; the SDK knows that of this operation. */
  private static boolean isCompletion(String expected) {
    return expected.equals("CompleteMultipartUploadResult");
  }
}
