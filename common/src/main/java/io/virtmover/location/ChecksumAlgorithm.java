// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;

/** The checksum that goes with every upload (Velero's {@code checksumAlgorithm}). */
public enum ChecksumAlgorithm {
  NONE,
  CRC32,
  CRC32C,
  SHA1,
  SHA256;

  /**
   * Reads the configuration's word; the empty word means none, which is not the same as no word.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} for an unknown one
   */
  public static ChecksumAlgorithm parse(String text) {
    return switch (text) {
      case "" -> NONE;
      case "CRC32" -> CRC32;
      case "CRC32C" -> CRC32C;
      case "SHA1" -> SHA1;
      case "SHA256" -> SHA256;
      default ->
          throw new VirtMoverException(
              FailureKind.INVALID_REQUEST,
              "checksumAlgorithm '%s' is not known: use CRC32, CRC32C, SHA1, SHA256 or \"\" for none."
                  .formatted(text));
    };
  }
}
