// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.image.ClusterMap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Identifies what an image is made from and how it is laid out: two runs with the same fingerprint
 * write the same bytes.
 */
record Fingerprint(ByteBuffer bytes) {
  private static final String LAYOUT = "virtmover-image-1";

  static Fingerprint of(ClusterMap map, String... words) {
    var digest = sha256();
    digest.update((LAYOUT + "\n" + String.join("\n", words)).getBytes(StandardCharsets.UTF_8));
    var numbers = ByteBuffer.allocate(2 * Long.BYTES + 1);
    digest.update(
        numbers
            .putLong(map.geometry().virtualSize())
            .put((byte) map.geometry().clusterBits())
            .array());
    map.forEachRun(
        (first, clusters, status) ->
            digest.update(
                numbers.clear().putLong(first).putLong(clusters).put((byte) status.code()).flip()));
    return new Fingerprint(ByteBuffer.wrap(digest.digest()).asReadOnlyBuffer());
  }

  String hex() {
    var copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HexFormat.of().formatHex(copy);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
