// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.objectstore.s3.CannedServer.Answer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A listing that cannot be whole is no listing. */
class S3ListsTest extends OnCannedServer {
  @Test
  void aListingThatCannotBeWhole_isNoListing() {
    assertThat(messageOf("list", listing("<IsTruncated>true</IsTruncated>")))
        .contains("not complete and does not say how it goes on");
    answering(
        listing("<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"));
    assertThat(failure(operation("list"))).hasMessageContaining("how it goes on");
    assertThat(server.asked()).hasSize(2);
    var other =
        "<Contents><Key>other</Key><Size>1</Size><ETag>e</ETag>"
            + "<LastModified>2026-01-01T00:00:00Z</LastModified></Contents>";
    assertThat(messageOf("list", listing(other))).contains("names 'other'");
    assertThat(messageOf("list", listing("<Contents><Key>k1</Key></Contents>")))
        .contains("names 'k1'");
    assertThat(
            messageOf(
                "folders", listing("<CommonPrefixes><Prefix>other/</Prefix></CommonPrefixes>")))
        .contains("names 'other/'");
    var uploads =
        "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated></ListMultipartUploadsResult>";
    assertThat(messageOf("uploads", Answer.xml(200, uploads))).contains("how it goes on");
    var parts = "<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>";
    assertThat(messageOf("parts", Answer.xml(200, parts))).contains("how it goes on");
  }

  @Test
  void anUploadThatDoesNotSayWhenItBegan_isYoung() {
    // given
    var before = Instant.now();
    answering(
        Answer.xml(
            200,
            "<ListMultipartUploadsResult><Upload><Key>k1</Key><UploadId>u</UploadId></Upload>"
                + "</ListMultipartUploadsResult>"));

    // then
    assertThat(store.openUploads("k"))
        .singleElement()
        .satisfies(upload -> assertThat(upload.initiated()).isAfterOrEqualTo(before));
  }

  @ParameterizedTest
  @CsvSource({"list", "folders", "uploads", "parts"})
  void aListingThatGoesRoundInACircle_isNoListing(String name) {
    // given
    var pages =
        List.of(
            "<IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken>"
                + "<NextKeyMarker>k1</NextKeyMarker><NextUploadIdMarker>a</NextUploadIdMarker>"
                + "<NextPartNumberMarker>1</NextPartNumberMarker>",
            "<IsTruncated>true</IsTruncated><NextContinuationToken>b</NextContinuationToken>"
                + "<NextKeyMarker>k1</NextKeyMarker><NextUploadIdMarker>b</NextUploadIdMarker>"
                + "<NextPartNumberMarker>2</NextPartNumberMarker>");
    var root =
        switch (name) {
          case "uploads" -> "ListMultipartUploadsResult";
          case "parts" -> "ListPartsResult";
          default -> "ListBucketResult";
        };

    // when
    answering(
        _ ->
            Answer.xml(
                200, "<%1$s>%2$s</%1$s>".formatted(root, pages.get(server.asked().size() % 2))));

    // then
    assertThat(failure(operation(name))).hasMessageContaining("how it goes on");
    assertThat(server.asked()).hasSizeLessThan(8);
  }
}
