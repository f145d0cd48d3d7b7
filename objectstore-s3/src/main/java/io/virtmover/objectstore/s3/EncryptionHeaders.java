// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.location.Encryption;
import io.virtmover.objectstore.PartBody;
import java.util.Base64;
import java.util.Map;

/** How a location's objects are encrypted at rest, in the headers of requests. */
final class EncryptionHeaders {
  private static final String CUSTOMER = "x-amz-server-side-encryption-customer-";
  private static final String ALGORITHM = "x-amz-server-side-encryption";
  private static final String KEY_ID = "x-amz-server-side-encryption-aws-kms-key-id";

  private final Encryption encryption;

  EncryptionHeaders(Encryption encryption) {
    this.encryption = encryption;
  }

  /** With every request that touches an object's content. */
  Map<String, String> ofContent() {
    return switch (encryption) {
      case Encryption.CustomerKey customer -> {
        var key = new byte[Encryption.CustomerKey.LENGTH];
        customer.key().duplicate().get(key);
        yield Map.of(
            CUSTOMER + "algorithm",
            "AES256",
            CUSTOMER + "key",
            base64(key),
            CUSTOMER + "key-MD5",
            base64(Checksums.md5(PartBody.of(key))));
      }
      case Encryption.BucketDefault(),
          Encryption.ServerSide(var _),
          Encryption.KeyManagement(var _) ->
          Map.of();
    };
  }

  /** Besides, with every request that begins an object. */
  Map<String, String> ofNewObject() {
    return switch (encryption) {
      case Encryption.BucketDefault(), Encryption.CustomerKey(var _) -> Map.of();
      case Encryption.ServerSide(var algorithm) -> Map.of(ALGORITHM, algorithm);
      case Encryption.KeyManagement(var keyId) -> Map.of(ALGORITHM, "aws:kms", KEY_ID, keyId);
    };
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
