// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** Computes the checksum headers that go with uploads. */
final class Checksums {
  private static final int PIECE = 64 << 10;

  private Checksums() {}

  /** The value of the checksum header, base64; empty for no algorithm. */
  static String of(ChecksumAlgorithm algorithm, PartBody body) {
    return switch (algorithm) {
      case NONE -> "";
      case CRC32 -> base64(new CRC32(), body);
      case CRC32C -> base64(new CRC32C(), body);
      case SHA1 -> Base64.getEncoder().encodeToString(digest("SHA-1", body));
      case SHA256 -> Base64.getEncoder().encodeToString(digest("SHA-256", body));
    };
  }

  /** What S3 keeps of an object that was made of parts: the checksum over their checksums. */
  static Optional<String> composite(ChecksumAlgorithm algorithm, List<UploadedPart> parts) {
    if (parts.stream().anyMatch(part -> part.checksum().isEmpty())) {
      return Optional.empty();
    }
    var joined = new ByteArrayOutputStream();
    parts.forEach(part -> joined.writeBytes(Base64.getDecoder().decode(part.checksum())));
    return Optional.of(of(algorithm, PartBody.of(joined.toByteArray())) + "-" + parts.size());
  }

  /** The entity tag of an unencrypted plain upload. */
  static String md5(PartBody body) {
    return HexFormat.of().formatHex(digest("MD5", body));
  }

  private static String base64(Checksum crc, PartBody body) {
    body.addTo(crc);
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array());
  }

  private static byte[] digest(String algorithm, PartBody body) {
    try {
      var digest = MessageDigest.getInstance(algorithm);
      forEachPiece(body, digest::update);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @FunctionalInterface
  private interface PieceConsumer {
    void accept(byte[] bytes, int offset, int length);
  }

  private static void forEachPiece(PartBody body, PieceConsumer consumer) {
    var piece = new byte[PIECE];
    try (var in = body.open()) {
      for (var count = in.read(piece); count >= 0; count = in.read(piece)) {
        consumer.accept(piece, 0, count);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
