// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.failure.FailureKind;
import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.location.Encryption;
import io.virtmover.location.Location;
import io.virtmover.location.ObjectSettings;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.s3.CannedServer.Answer;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a refusal is taken for, and what is advised. */
class RefusalAdviceTest {
  private static final Location PLAIN = Location.of("b", "");
  private static final Operation READING = Operation.reading("k");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          403 | AccessDenied         | ACCESS_DENIED   | The credentials need s3:GetObject; without
          403 | SignatureDoesNotMatch| ACCESS_DENIED   | Check the credentials file and its profile.
          400 | ExpiredToken         | ACCESS_DENIED   | Check the credentials file and its profile.
          403 | RequestTimeTooSkewed | ACCESS_DENIED   | Correct the clock
          404 | NoSuchBucket         | INVALID_REQUEST | Create the bucket
          403 | InvalidObjectState   | INVALID_REQUEST | The object is archived
          400 | Whatever             | INVALID_REQUEST | Check the backup storage location.
          416 | InvalidRange         | INVALID_REQUEST | Check the backup storage location.
          409 | Whatever             | CONFLICT        | Another writer was at work
          412 | PreconditionFailed   | CONFLICT        | Another writer was at work
          501 | NotImplemented       | UNSUPPORTED     | Check the backup storage location.
          400 | NotImplemented       | UNSUPPORTED     | Check the backup storage location.
          503 | SlowDown             | UNAVAILABLE     | try again later.
          400 | RequestTimeout       | UNAVAILABLE     | try again later.
          500 | InternalError        | UNAVAILABLE     | try again later.
          """)
  void shouldTakeTheStoresCodeForWhatItMeans(
      int status, String code, FailureKind kind, String remedy) {
    var refusal = advice(PLAIN).of(READING, Refusals.answer(status, code));
    assertThat(refusal.kind()).isEqualTo(kind);
    assertThat(refusal.why()).isEqualTo("%s, words of the store (%s)".formatted(code, "" + status));
    assertThat(refusal.remedy()).startsWith(remedy).endsWith(".");
  }

  @ParameterizedTest
  @CsvSource({
    "401, ACCESS_DENIED,   Something in front of the server refuses",
    "403, ACCESS_DENIED,   Something in front of the server refuses",
    "407, ACCESS_DENIED,   Something in front of the server refuses",
    "404, INVALID_REQUEST, Check the endpoint",
    "418, INVALID_REQUEST, Check the endpoint",
    "408, UNAVAILABLE,     try again later",
    "429, UNAVAILABLE,     try again later",
    "502, UNAVAILABLE,     try again later",
    "504, UNAVAILABLE,     try again later",
  })
  void shouldSayThatAnotherServerAnswers(int status, FailureKind kind, String remedy) {
    var refusal = advice(PLAIN).of(READING, Refusals.answer(status, ""));
    assertThat(refusal.kind()).isEqualTo(kind);
    assertThat(refusal.why())
        .isEqualTo(
            "http://s3 answers %s (no content type, no body), which is no S3 server's answer"
                .formatted("" + status));
    assertThat(refusal.remedy()).startsWith(remedy);
  }

  /** What was sent, what the location asks for, and what is blamed for the same refusal. */
  @ParameterizedTest
  @CsvSource({
    "400, InvalidRequest, true,  false, plain,  INVALID_REQUEST, a request with the checksum CRC32",
    "501, NotImplemented, true,  false, plain,  INVALID_REQUEST, a request with the checksum CRC32",
    "400, InvalidRequest, true,  true,  plain,  UNSUPPORTED,     and a conditional write",
    "400, InvalidRequest, false, true,  plain,  UNSUPPORTED,     refuses a conditional write",
    "400, InvalidRequest, false, false, plain,  INVALID_REQUEST, InvalidRequest",
    "400, InvalidRequest, true,  true,  tagged, INVALID_REQUEST, InvalidRequest",
    "400, InvalidRequest, true,  true,  keyed,  INVALID_REQUEST, InvalidRequest",
    "501, NotImplemented, true,  true,  tagged, UNSUPPORTED,     and a conditional write",
    "400, EntityTooSmall, true,  true,  plain,  INVALID_REQUEST, EntityTooSmall",
  })
  void shouldBlameWhatWasSent(
      int status,
      String code,
      boolean checksum,
      boolean conditional,
      String location,
      FailureKind kind,
      String why) {
    // given
    var condition = conditional ? WriteCondition.ifAbsent() : WriteCondition.always();
    var operation = Operation.writing("Writing", "k").with(checksum, condition);

    // when
    var refusal = advice(location(location)).of(operation, Refusals.answer(status, code));

    // then
    assertThat(refusal.kind()).isEqualTo(kind);
    assertThat(refusal.why()).contains(why);
  }

  @ParameterizedTest
  @CsvSource({
    "plain, ''",
    "tagged, ', s3:PutObjectTagging'",
    "keyed, ', kms:GenerateDataKey, kms:Decrypt'"
  })
  void shouldNameTheRightsThatALocationNeeds(String location, String more) {
    var refusal =
        advice(location(location))
            .of(Operation.writing("Writing", "k"), Refusals.answer(403, "AccessDenied"));
    assertThat(refusal.remedy())
        .isEqualTo(
            "The credentials need s3:PutObject%s. Check the credentials and the bucket's policy."
                .formatted(more));
  }

  @ParameterizedTest
  @CsvSource({
    "301, true,  the bucket b is in the region eu-west-3 (301),  Set the location's region to eu-west-3",
    "400, true,  the bucket b is in the region eu-west-3 (400),  Set the location's region to eu-west-3",
    "302, false, 'http://s3 redirects to http://else/ (302, AuthorizationHeaderMalformed)', Correct the location's endpoint",
    "400, false, 'AuthorizationHeaderMalformed, words of the store (400)', Correct the location's endpoint",
  })
  void shouldSayWhereTheBucketIs(int status, boolean saysRegion, String why, String remedy) {
    // given
    var answer =
        Answer.error(status, "AuthorizationHeaderMalformed").with("Location", "http://else/");

    // when
    var refusal =
        advice(PLAIN)
            .of(
                READING,
                ErrorAnswer.of(
                    Refusals.of(
                        saysRegion ? answer.with("x-amz-bucket-region", "eu-west-3") : answer)));

    // then
    assertThat(refusal.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
    assertThat(refusal.why()).isEqualTo(why);
    assertThat(refusal.remedy()).startsWith(remedy);
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied,          true",
    "403, AllAccessDisabled,     true",
    "403, '',                    false",
    "403, SignatureDoesNotMatch, false",
    "403, InvalidAccessKeyId,    false",
    "403, RequestTimeTooSkewed,  false",
    "401, AccessDenied,          false",
  })
  void shouldTellAMissingRightFromWrongCredentials(int status, String code, boolean isMissing) {
    assertThat(RefusalAdvice.isMissingRight(Refusals.answer(status, code))).isEqualTo(isMissing);
  }

  private static RefusalAdvice advice(Location location) {
    return new RefusalAdvice(location, "http://s3");
  }

  private static Location location(String kind) {
    return switch (kind) {
      case "tagged" ->
          PLAIN.withObjectSettings(
              new ObjectSettings(
                  new Encryption.BucketDefault(), Map.of("team", "x"), ChecksumAlgorithm.CRC32));
      case "keyed" ->
          PLAIN.withObjectSettings(
              ObjectSettings.PLAIN.withEncryption(new Encryption.KeyManagement("key")));
      default -> PLAIN;
    };
  }
}
