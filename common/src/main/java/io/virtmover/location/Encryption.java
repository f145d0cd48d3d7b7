// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.Unreadable;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

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

    public CustomerKey {
      if (key.remaining() != LENGTH) {
        throw new IllegalArgumentException("a customer key of %d bytes".formatted(key.remaining()));
      }
    }

    /**
     * The content of {@code customerKeyEncryptionSecret}: exactly the key.
     *
     * @throws VirtMoverException {@code INVALID_REQUEST} for a file that cannot be read or has
     *     another length
     */
    public static CustomerKey ofSecret(Path file) {
      return read(file, true);
    }

    /** A {@code customerKeyEncryptionFile}: the key is its first bytes, as Velero takes it. */
    public static CustomerKey ofFile(Path file) {
      return read(file, false);
    }

    private static CustomerKey read(Path file, boolean exact) {
      byte[] key;
      try (var in = Files.newInputStream(file)) {
        key = in.readNBytes(LENGTH + 1);
      } catch (IOException e) {
        throw new VirtMoverException(
            FailureKind.INVALID_REQUEST,
            "Cannot read the customer key %s: %s.".formatted(file, Unreadable.why(e)),
            e);
      }
      if (key.length < LENGTH || (exact && key.length > LENGTH)) {
        throw new VirtMoverException(
            FailureKind.INVALID_REQUEST,
            "The customer key %s must hold %s %d bytes."
                .formatted(file, exact ? "exactly" : "at least", LENGTH));
      }
      return new CustomerKey(ByteBuffer.wrap(key, 0, LENGTH).asReadOnlyBuffer());
    }

    @Override
    public String toString() {
      return "CustomerKey[not shown]";
    }
  }
}
