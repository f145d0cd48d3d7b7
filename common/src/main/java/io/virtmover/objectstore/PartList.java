// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The parts that an object is to be made of: at least one, numbered from 1 without a gap, in order.
 * An upload completed with a hole in its parts would be a shorter object that looks whole.
 */
public record PartList(List<UploadedPart> parts) {
  private static final String MD5_TAG = "\"?[0-9a-f]{32}\"?";

  /**
   * Checks the numbers.
   *
   * @throws VirtMoverException {@code INTERNAL} if a part is missing, twice there or out of order
   */
  public PartList {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw broken("An upload without parts cannot be completed.");
    }
    for (var i = 0; i < parts.size(); i++) {
      if (parts.get(i).number() != i + 1) {
        throw broken(
            "Part %d of the upload is missing: part %d is in its place."
                .formatted(i + 1, parts.get(i).number()));
      }
    }
  }

  /** Bytes in all parts. */
  public long size() {
    return parts.stream().mapToLong(UploadedPart::size).sum();
  }

  /**
   * The entity tag that S3 gives the object, quotes included: the MD5 over the parts' MD5s and
   * their number. Empty where a part's own entity tag is no MD5.
   */
  public Optional<String> etag() {
    if (!parts.stream().allMatch(part -> part.etag().matches(MD5_TAG))) {
      return Optional.empty();
    }
    var joined = new ByteArrayOutputStream();
    parts.forEach(
        part -> joined.writeBytes(HexFormat.of().parseHex(part.etag().replace("\"", ""))));
    return Optional.of(
        "\"%s-%d\"".formatted(HexFormat.of().formatHex(md5(joined.toByteArray())), parts.size()));
  }

  private static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static VirtMoverException broken(String message) {
    return new VirtMoverException(FailureKind.INTERNAL, message);
  }
}
