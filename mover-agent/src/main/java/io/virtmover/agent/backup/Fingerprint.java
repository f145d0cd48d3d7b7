// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.image.Geometry;
import io.virtmover.domain.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Identifies an image by its content: a digest of what its side object says of every cluster,
 * checksums included. Where the image came from is no part of it: one address can give other bytes
 * tomorrow.
 */
final class Fingerprint {
  private static final String LAYOUT = "virtmover-image-2";

  private final MessageDigest digest = Sha256.digest();

  Fingerprint(Geometry geometry, Optional<String> backingName) {
    digest.update((LAYOUT + "\n" + backingName.orElse("")).getBytes(StandardCharsets.UTF_8));
    digest.update(
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
            .putLong(geometry.virtualSize())
            .putInt(geometry.clusterBits())
            .flip());
  }

  /** Takes the side object's bytes, in order. */
  void update(ByteBuffer bytes) {
    digest.update(bytes.duplicate());
  }

  /** 32 bytes: the digest of everything so far; nothing is taken after that. */
  ByteBuffer bytes() {
    return ByteBuffer.wrap(digest.digest()).asReadOnlyBuffer();
  }

  static String hex(ByteBuffer bytes) {
    var copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HexFormat.of().formatHex(copy);
  }
}
