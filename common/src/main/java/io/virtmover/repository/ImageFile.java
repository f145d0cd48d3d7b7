// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import java.util.Optional;

/**
 * A disk's image as the index lists it.
 *
 * @param diskName the VM volume's name; absent or shortened in indexes of early uploaders
 * @param size exact length of the object in bytes
 * @param objectPath relative to the root
 */
public record ImageFile(String fileName, Optional<String> diskName, long size, String objectPath) {
  private static final String ENDING = ".qcow2";

  /** Whether this is the image of a volume: by name, or by the way files are named. */
  boolean isOf(String volume) {
    return diskName.filter(volume::equals).isPresent()
        || fileName.regionMatches(
            true,
            fileName.length() - volume.length() - 1 - ENDING.length(),
            "-" + volume + ENDING,
            0,
            volume.length() + 1 + ENDING.length());
  }
}
