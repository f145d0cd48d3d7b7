// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.objectstore.PartList;

/** Which parts an object was put together from. */
enum ObjectOrigin {
  /** Those that were sent. */
  THESE_PARTS,
  /** Other ones: another run's, or this is no object of parts. */
  OTHER_PARTS,
  /** What the store says of the object does not tell. */
  UNTOLD;

  /**
   * Tells it from what the store says of an object.
   *
   * @param etag proves what it is, but never what it is not: a store that encrypts makes up others
   * @param kept the checksum that the store keeps; without a dash it is one of the whole content
   */
  static ObjectOrigin of(long size, String etag, String kept, PartList parts, Checksums checksums) {
    if (size != parts.size()) {
      return OTHER_PARTS;
    }
    if (parts.etag().filter(etag::equals).isPresent()) {
      return THESE_PARTS;
    }
    var sent = checksums.ofObject(parts);
    if (sent.isEmpty() || kept.isEmpty()) {
      return UNTOLD;
    }
    if (sent.get().equals(kept)) {
      return THESE_PARTS;
    }
    return kept.contains("-") ? OTHER_PARTS : UNTOLD;
  }
}
