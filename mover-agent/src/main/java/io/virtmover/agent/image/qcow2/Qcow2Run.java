// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

/**
 * Neighbouring guest bytes that an image stores in one way.
 *
 * @param guestOffset first guest byte
 * @param length guest bytes
 * @param kind how they are stored
 * @param hostOffset where they begin in the image, for data and compressed data
 * @param hostLength bytes they take in the image
 */
public record Qcow2Run(long guestOffset, long length, Kind kind, long hostOffset, long hostLength) {
  /** How an image stores guest bytes. */
  public enum Kind {
    HOLE,
    ZERO,
    DATA,
    /** One cluster of zlib data, never merged with its neighbours. */
    ZLIB,
    /** One cluster of zstd data, never merged with its neighbours. */
    ZSTD;

    public boolean isCompressed() {
      return this == ZLIB || this == ZSTD;
    }
  }

  boolean isContinuedBy(Qcow2Run next) {
    return kind == next.kind
        && !kind.isCompressed()
        && (kind != Kind.DATA || hostOffset + hostLength == next.hostOffset);
  }

  Qcow2Run joinedWith(Qcow2Run next) {
    return new Qcow2Run(
        guestOffset, length + next.length, kind, hostOffset, hostLength + next.hostLength);
  }
}
