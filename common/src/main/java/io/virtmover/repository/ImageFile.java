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
  /**
   * Whether the file name ends with a volume's name. A recorded disk name must be a shortened form
   * of it, else {@code disk-1} would find the image of {@code data-disk-1}.
   */
  boolean endsWith(String volume) {
    var end = "-" + volume + ImageNames.ENDING;
    return diskName.map(name -> volume.endsWith("-" + name)).orElse(true)
        && fileName.regionMatches(true, fileName.length() - end.length(), end, 0, end.length());
  }
}
