// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import java.nio.ByteBuffer;

/** Who encrypts the objects at rest, and with what key. At most one of these applies. */
public sealed interface Encryption {
  /** As the bucket decides. */
  record BucketDefault() implements Encryption {}

  /** The store, with a key of its own: {@code serverSideEncryption}, for example {@code AES256}. */
  record ServerSide(String algorithm) implements Encryption {}

  /** A key management service: {@code kmsKeyId}. */
  record KeyManagement(String keyId) implements Encryption {}

  /** The store, with a key we send along (SSE-C); 32 bytes. */
  record CustomerKey(ByteBuffer key) implements Encryption {
    public static final int LENGTH = 32;

    @Override
    public String toString() {
      return "CustomerKey[not shown]";
    }
  }
}
