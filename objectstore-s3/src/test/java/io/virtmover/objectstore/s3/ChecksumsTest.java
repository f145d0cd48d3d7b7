// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.PartList;
import io.virtmover.objectstore.UploadedPart;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.Part;

/** Values that other programs have computed: zlib and the digests of Python. */
class ChecksumsTest {
  @ParameterizedTest
  @CsvSource({
    "NONE,   hello, ''",
    "CRC32,  hello, NhCmhg==",
    "CRC32,  '',    AAAAAA==",
    "CRC32C, hello, mnG7TA==",
    "SHA1,   hello, qvTGHdzF6KLavt4PO0gs2a6pQ00=",
    "SHA256, hello, LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
    "SHA256, '',    47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
  })
  void shouldBeThatOfABody(ChecksumAlgorithm algorithm, String text, String checksum) {
    assertThat(new Checksums(algorithm).of(body(text))).isEqualTo(checksum);
  }

  @ParameterizedTest
  @CsvSource({
    "CRC32,  wpn7tg==-2",
    "CRC32C, u6ozzA==-2",
    "SHA1,   znoNxIh8EVQQ1eN2GwlMi+XdFy4=-2",
    "SHA256, cwXbmyq8zXBsJW2z2X5f9I1nfP5NOlkEr7faDjlQ4eI=-2",
  })
  void shouldBeThatOfAnObjectOfParts(ChecksumAlgorithm algorithm, String composite) {
    // given
    var checksums = new Checksums(algorithm);
    var parts = List.of(part(1, checksums, "hello"), part(2, checksums, "world"));

    // then
    assertThat(checksums.ofObject(new PartList(parts))).contains(composite);
  }

  @Test
  void shouldNotBeGuessedForAnObjectWhereAPartHasNone() {
    var checksums = new Checksums(ChecksumAlgorithm.CRC32);
    var parts = List.of(part(1, checksums, "hello"), new UploadedPart(2, 5, "\"e\"", ""));
    assertThat(checksums.ofObject(new PartList(parts))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "hello, 5, e,                                    NhCmhg==, true",
    "hello, 5, 5d41402abc4b2a76b9719d911017c592,     mnG7TA==, false",
    "hello, 6, e,                                    NhCmhg==, false",
    "hello, 5, 5d41402abc4b2a76b9719d911017c592,     '',       true",
    "hello, 5, '\"5d41402abc4b2a76b9719d911017c592\"', '',       true",
    "hello, 5, 7d793037a0760186574b0282f2f435e7,     '',       false",
    "hello, 5, opaque,                               '',       false",
  })
  void shouldTellWhetherAPartIsOfABody(
      String text, long size, String etag, String checksum, boolean isOf) {
    var part = new UploadedPart(1, size, etag, checksum);
    assertThat(new Checksums(ChecksumAlgorithm.CRC32).isOf(part, body(text))).isEqualTo(isOf);
  }

  @ParameterizedTest
  @CsvSource({
    "CRC32, x, x-amz-checksum-crc32",
    "CRC32C, x, x-amz-checksum-crc32c",
    "SHA1, x, x-amz-checksum-sha1",
    "SHA256, x, x-amz-checksum-sha256",
  })
  void shouldStandInTheHeaderOfItsAlgorithm(
      ChecksumAlgorithm algorithm, String checksum, String header) {
    assertThat(new Checksums(algorithm).header(checksum)).isEqualTo(Map.of(header, checksum));
    assertThat(new Checksums(algorithm).header("")).isEmpty();
  }

  @Test
  void shouldReadTheMemberOfItsAlgorithmAndNoOther() {
    var head = HeadObjectResponse.builder().checksumCRC32("a").checksumSHA256("b").build();
    assertThat(new Checksums(ChecksumAlgorithm.CRC32).keptOf(head)).isEqualTo("a");
    assertThat(new Checksums(ChecksumAlgorithm.SHA256).keptOf(head)).isEqualTo("b");
    assertThat(new Checksums(ChecksumAlgorithm.SHA1).keptOf(head)).isEmpty();
    assertThat(new Checksums(ChecksumAlgorithm.NONE).keptOf(head)).isEmpty();
    var part = Part.builder().checksumCRC32C("c").build();
    assertThat(new Checksums(ChecksumAlgorithm.CRC32C).keptOf(part)).isEqualTo("c");
  }

  @Test
  void shouldNameACompletedPartWithWhatIsKnownOfIt() {
    var part = new UploadedPart(3, 5, "\"e\"", "sum");
    var bare = CompletedPart.builder().partNumber(3).eTag("\"e\"");
    assertThat(new Checksums(ChecksumAlgorithm.NONE).completed(part)).isEqualTo(bare.build());
    assertThat(
            new Checksums(ChecksumAlgorithm.CRC32).completed(new UploadedPart(3, 5, "\"e\"", "")))
        .isEqualTo(bare.build());
    assertThat(new Checksums(ChecksumAlgorithm.CRC32).completed(part))
        .isEqualTo(bare.checksumCRC32("sum").build());
  }

  private static UploadedPart part(int number, Checksums checksums, String text) {
    return new UploadedPart(number, text.length(), "\"e\"", checksums.of(body(text)));
  }

  private static PartBody body(String text) {
    return PartBody.of(text.getBytes(StandardCharsets.US_ASCII));
  }
}
