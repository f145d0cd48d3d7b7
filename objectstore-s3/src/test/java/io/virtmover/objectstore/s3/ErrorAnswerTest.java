// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.objectstore.s3.CannedServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkServiceException;

class ErrorAnswerTest {
  @Test
  void shouldHoldWhatTheStoreSays() {
    // when
    var answer =
        ErrorAnswer.of(
            Refusals.of(Answer.error(403, "AccessDenied").with("x-amz-request-id", "R1")));

    // then
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.code()).isEqualTo("AccessDenied");
    assertThat(answer.text()).isEqualTo("words of the store");
    assertThat(answer.request()).isEqualTo("R1");
    assertThat(answer.isTheStores()).isTrue();
    assertThat(answer.region()).isEmpty();
    assertThat(answer.elsewhere()).isEmpty();
  }

  @Test
  void shouldDescribeWhatIsNotTheStores() {
    var answer = ErrorAnswer.of(Refusals.of(Answer.of(404, "text/plain", "no route")));
    assertThat(answer.isTheStores()).isFalse();
    assertThat(answer.came()).isEqualTo("404 (text/plain, \"no route\")");
  }

  @Test
  void shouldBeBareWhereTheSdkKnowsNothing() {
    var answer = ErrorAnswer.of(SdkServiceException.builder().statusCode(500).build());
    assertThat(answer.code()).isEmpty();
    assertThat(answer.text()).isEmpty();
    assertThat(answer.request()).isEmpty();
    assertThat(answer.came()).isEqualTo("500 (no content type, no body)");
  }

  @Test
  void shouldPreferTheRegionOfTheHeader() {
    var inBody = Answer.xml(301, "<Error><Code>C</Code><Region> eu-west-3 </Region></Error>");
    assertThat(ErrorAnswer.of(Refusals.of(inBody)).region()).contains("eu-west-3");
    assertThat(
            ErrorAnswer.of(Refusals.of(inBody.with("x-amz-bucket-region", "eu-west-1"))).region())
        .contains("eu-west-1");
  }

  @Test
  void shouldNotRepeatASecretOfARedirect() {
    var redirect = Answer.empty(307).with("Location", "https://u:hush@else.example/b?t=hush");
    assertThat(ErrorAnswer.of(Refusals.of(redirect)).elsewhere())
        .contains("https://else.example/b");
  }

  @ParameterizedTest
  @CsvSource({"299, false", "300, true", "307, true", "399, true", "400, false"})
  void shouldTellARedirect(int status, boolean isRedirect) {
    assertThat(ErrorAnswer.of(Refusals.of(Answer.error(status, "C"))).isRedirect())
        .isEqualTo(isRedirect);
  }

  @ParameterizedTest
  @CsvSource({
    "404, NoSuchKey, true",
    "404, NoSuchUpload, true",
    "404, NoSuchBucket, false",
    "400, NoSuchKey, false",
  })
  void shouldSayWhatItIsAskedForByStatusAndCode(int status, String code, boolean says) {
    assertThat(
            ErrorAnswer.of(Refusals.of(Answer.error(status, code)))
                .says(404, "NoSuchKey", "NoSuchUpload"))
        .isEqualTo(says);
  }
}
