// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.location.Encryption;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EncryptionHeadersTest {
  @Test
  void shouldAskForNothingWhereTheBucketDecides() {
    var headers = new EncryptionHeaders(new Encryption.BucketDefault());
    assertThat(headers.ofContent()).isEmpty();
    assertThat(headers.ofNewObject()).isEmpty();
  }

  @Test
  void shouldAskTheStoreToEncryptNewObjectsOnly() {
    var algorithm = new EncryptionHeaders(new Encryption.ServerSide("AES256"));
    assertThat(algorithm.ofContent()).isEmpty();
    assertThat(algorithm.ofNewObject()).isEqualTo(Map.of("x-amz-server-side-encryption", "AES256"));
    var managed = new EncryptionHeaders(new Encryption.KeyManagement("alias/k"));
    assertThat(managed.ofContent()).isEmpty();
    assertThat(managed.ofNewObject())
        .isEqualTo(
            Map.of(
                "x-amz-server-side-encryption",
                "aws:kms",
                "x-amz-server-side-encryption-aws-kms-key-id",
                "alias/k"));
  }

  @Test
  void shouldSendTheCustomersKeyWithAllContentEachTimeItIsAsked() {
    // given
    var key =
        ByteBuffer.wrap("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

    // when
    var headers = new EncryptionHeaders(new Encryption.CustomerKey(key));

    // then
    assertThat(headers.ofContent())
        .isEqualTo(
            Map.of(
                "x-amz-server-side-encryption-customer-algorithm",
                "AES256",
                "x-amz-server-side-encryption-customer-key",
                "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                "x-amz-server-side-encryption-customer-key-MD5",
                "hRasmdxgYDKV3nvbahU1MA=="))
        .isEqualTo(headers.ofContent());
    assertThat(headers.ofNewObject()).isEmpty();
  }
}
