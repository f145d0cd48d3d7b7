// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

/** How large the parts of an image's upload have to be. */
public final class PartSize {
  /** The smallest that S3 takes. */
  public static final long SMALLEST = 5L << 20;

  /** The largest object that S3 and its compatibles agree on. */
  public static final long LARGEST_OBJECT = 5L << 40;

  private static final long MIB = 1 << 20;

  /** Some parts are kept in reserve below the 10,000 that S3 allows. */
  private static final int PLANNED_PARTS = 9_500;

  private PartSize() {}

  /** The smallest size, in whole MiB, with which an image of so many bytes has few enough parts. */
  public static long of(long imageBytes) {
    var even = (imageBytes + PLANNED_PARTS - 1) / PLANNED_PARTS;
    return Math.max(SMALLEST, (even + MIB - 1) / MIB * MIB);
  }
}
