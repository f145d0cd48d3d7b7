// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.objectstore.s3.CannedServer.Answer;
import org.junit.jupiter.api.Test;

/** How much of an answer is read; what is no answer is in {@link AnswersTest}. */
class AnswerCheckTest extends OnCannedServer {
  @Test
  void aDocumentLargerThanAny_isNotReadToItsEnd() {
    // given
    answering(_ -> Answer.xml(200, "<ListBucketResult>%s".formatted(" ".repeat(8 << 20))));

    // then
    assertThatThrownBy(() -> store.folders("k/"))
        .hasMessageContaining("answers more than 8388608 bytes, which is no S3 server's answer");
    assertThat(server.asked()).as("asking again would not help").hasSize(1);
  }

  @Test
  void aDocumentWithALotOfWhiteSpace_isOne() {
    answering(_ -> Answer.xml(200, "%s<ListBucketResult/>".formatted(" ".repeat(1 << 20))));
    assertThat(store.folders("k/")).isEmpty();
  }

  @Test
  void aLongPageInPlaceOfAnError_isQuotedByItsBeginning() {
    answering(
        _ -> Answer.of(404, "text/html", "<h1>It works</h1>" + "<p>more</p>".repeat(100_000)));
    assertThatThrownBy(() -> store.folders("k/"))
        .hasMessageContaining("answers 404 (text/html, \"It works more more ");
  }

  @Test
  void anErrorOfTheStore_keepsItsCodeAndItsRegion() {
    answering(
        _ ->
            Answer.xml(
                400,
                "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-3</Region></Error>"));
    assertThatThrownBy(() -> store.folders("k/"))
        .hasMessageContaining("the bucket b is in the region eu-west-3 (400)");
  }
}
