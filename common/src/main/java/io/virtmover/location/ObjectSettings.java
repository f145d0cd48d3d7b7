// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import java.util.Map;

/** What goes with every object that is written. */
public record ObjectSettings(
    Encryption encryption, Map<String, String> tags, ChecksumAlgorithm checksum) {
  /** As the bucket encrypts, without tags, with the checksum that Velero uses by itself. */
  public static final ObjectSettings PLAIN =
      new ObjectSettings(new Encryption.BucketDefault(), Map.of(), ChecksumAlgorithm.CRC32);

  public ObjectSettings {
    tags = Map.copyOf(tags);
  }

  /** The same with another encryption. */
  public ObjectSettings withEncryption(Encryption other) {
    return new ObjectSettings(other, tags, checksum);
  }
}
