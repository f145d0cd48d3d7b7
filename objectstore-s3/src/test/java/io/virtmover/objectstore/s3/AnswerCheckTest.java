// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.objectstore.s3.CannedServer.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much of an answer is read; what is no answer is in {@link AnswersTest}. */
class AnswerCheckTest {
  @TempDir private Path folder;
  private final CannedServer server = new CannedServer(_ -> Answer.empty(500));
  private S3ObjectStore store;

  @BeforeEach
  void open() {
    store = Stores.at(server.endpoint(), folder, Stores.CALM);
  }

  @AfterEach
  void stop() {
    store.close();
    server.close();
  }

  @Test
  void aDocumentLargerThanAny_isNotReadToItsEnd() {
    // given
    server.behave(_ -> Answer.xml(200, "<ListBucketResult>%s".formatted(" ".repeat(8 << 20))));

    // then
    assertThatThrownBy(() -> store.folders("k/"))
        .hasMessageContaining("answers more than 8388608 bytes, which is no S3 server's answer");
    assertThat(server.asked()).as("asking again would not help").hasSize(1);
  }

  @Test
  void aDocumentWithALotOfWhiteSpace_isOne() {
    server.behave(_ -> Answer.xml(200, "%s<ListBucketResult/>".formatted(" ".repeat(1 << 20))));
    assertThat(store.folders("k/")).isEmpty();
  }

  @Test
  void aLongPageInPlaceOfAnError_isQuotedByItsBeginning() {
    server.behave(
        _ -> Answer.of(404, "text/html", "<h1>It works</h1>" + "<p>more</p>".repeat(100_000)));
    assertThatThrownBy(() -> store.folders("k/"))
        .hasMessageContaining("answers 404 (text/html, \"It works more more ");
  }

  @Test
  void anErrorOfTheStore_keepsItsCodeAndItsRegion() {
    server.behave(
        _ ->
            Answer.xml(
                400,
                "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-3</Region></Error>"));
    assertThatThrownBy(() -> store.folders("k/"))
        .hasMessageContaining("the bucket b is in the region eu-west-3 (400)");
  }
}
