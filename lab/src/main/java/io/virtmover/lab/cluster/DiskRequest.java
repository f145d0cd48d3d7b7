// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.regex.Pattern;

/**
 * A disk to make for a VM.
 *
 * @param size of the claim
 * @param isBlock a raw block claim instead of a file system with {@code disk.img}
 */
public record DiskRequest(Quantity size, boolean isBlock) {
  private static final Pattern TEXT = Pattern.compile("([0-9]+[KMGT]i?)(:block)?");

  /** Reads {@code 2Gi} or {@code 1Gi:block}. */
  public static DiskRequest parse(String text) {
    var matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new LabException(
          "'%s' is no disk: write a size like 2Gi, or 1Gi:block for a block volume"
              .formatted(text));
    }
    return new DiskRequest(new Quantity(matcher.group(1)), matcher.group(2) != null);
  }

  /** The volume's name in the VM: the first disk is the root disk. */
  static String volume(int number) {
    return switch (number) {
      case 0 -> "rootdisk";
      case 1 -> "data";
      default -> "data" + number;
    };
  }
}
