// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.PartList;
import io.virtmover.objectstore.UploadedPart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * The checksums that go with uploads, as a location asks for them: what they are of a body, where
 * they stand in requests and answers. All are base64; the empty text means none.
 */
record Checksums(ChecksumAlgorithm algorithm) {
  private static final int PIECE = 64 << 10;

  boolean areSent() {
    return algorithm != ChecksumAlgorithm.NONE;
  }

  /** That of a body. */
  String of(PartBody body) {
    return switch (algorithm) {
      case NONE -> "";
      case CRC32 -> base64(new CRC32(), body);
      case CRC32C -> base64(new CRC32C(), body);
      case SHA1 -> Base64.getEncoder().encodeToString(digest("SHA-1", body));
      case SHA256 -> Base64.getEncoder().encodeToString(digest("SHA-256", body));
    };
  }

  /** What S3 keeps of an object that was made of parts: the checksum over their checksums. */
  Optional<String> ofObject(PartList parts) {
    if (parts.parts().stream().anyMatch(part -> part.checksum().isEmpty())) {
      return Optional.empty();
    }
    var joined = new ByteArrayOutputStream();
    parts.parts().forEach(part -> joined.writeBytes(Base64.getDecoder().decode(part.checksum())));
    return Optional.of(
        "%s-%d".formatted(of(PartBody.of(joined.toByteArray())), parts.parts().size()));
  }

  /** Whether a part was made of a body; where the store keeps no checksum, its entity tag says. */
  boolean isOf(UploadedPart part, PartBody body) {
    if (part.size() != body.length()) {
      return false;
    }
    return part.checksum().isEmpty()
        ? part.etag().replace("\"", "").equals(HexFormat.of().formatHex(md5(body)))
        : part.checksum().equals(of(body));
  }

  /** The header that goes with a body. */
  Map<String, String> header(String checksum) {
    return checksum.isEmpty()
        ? Map.of()
        : Map.of("x-amz-checksum-" + algorithm.name().toLowerCase(Locale.ROOT), checksum);
  }

  /** What the store keeps of a part or an object. */
  String keptOf(SdkPojo answer) {
    return member(answer)
        .map(field -> field.getValueOrDefault(answer))
        .map(Object::toString)
        .orElse("");
  }

  /** How a part is named where its upload is completed. */
  CompletedPart completed(UploadedPart part) {
    var named = CompletedPart.builder().partNumber(part.number()).eTag(part.etag());
    if (!part.checksum().isEmpty()) {
      member(named).ifPresent(field -> field.set(named, part.checksum()));
    }
    return named.build();
  }

  /** The SDK's documents have a member for each algorithm. */
  private Optional<SdkField<?>> member(SdkPojo document) {
    var name = "Checksum" + algorithm.name();
    return document.sdkFields().stream()
        .filter(field -> field.memberName().equals(name))
        .findFirst();
  }

  /** The entity tag of an unencrypted plain upload. */
  static byte[] md5(PartBody body) {
    return digest("MD5", body);
  }

  private static String base64(Checksum crc, PartBody body) {
    body.addTo(crc);
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array());
  }

  private static byte[] digest(String algorithm, PartBody body) {
    try (var in = body.open()) {
      var digest = MessageDigest.getInstance(algorithm);
      var piece = new byte[PIECE];
      for (var count = in.read(piece); count >= 0; count = in.read(piece)) {
        digest.update(piece, 0, count);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
