// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import io.virtmover.agent.image.qcow2.Qcow2Run;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One cluster of one image: the least that can be fetched and checked by itself.
 *
 * @param guestOffset first guest byte
 * @param guestLength guest bytes in it: the cluster size, less at a cut end
 * @param objectOffset where its bytes begin in the object
 * @param objectLength bytes it takes in the object; 0 for a zero cluster
 * @param checksum CRC32C of those bytes, where one was recorded
 * @param compressed set for a cluster that must be inflated
 */
public record StoredUnit(
    Layer layer,
    long guestOffset,
    int guestLength,
    long objectOffset,
    int objectLength,
    OptionalInt checksum,
    Optional<Qcow2Run> compressed) {
  public boolean isZero() {
    return objectLength == 0;
  }

  public long guestEnd() {
    return guestOffset + guestLength;
  }

  public long objectEnd() {
    return objectOffset + objectLength;
  }

  /** This unit without its guest bytes from {@code end} on, which something hides. */
  StoredUnit endingAt(long end) {
    if (guestEnd() <= end) {
      return this;
    }
    return new StoredUnit(
        layer,
        guestOffset,
        (int) Math.max(0, end - guestOffset),
        objectOffset,
        objectLength,
        checksum,
        compressed);
  }
}
