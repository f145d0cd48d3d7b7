// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;

/**
 * What an extent's {@code type} means. The same number means different things in a full and in an
 * increment, and the description tells which: {@code data}, {@code hole}, {@code zero}, {@code
 * hole,zero} against {@code clean}, {@code dirty}, {@code zero}, {@code dirty,zero}.
 *
 * @param changed the backup has to hold it
 * @param zero it is certain to read as zeros
 */
record ExtentFlags(boolean changed, boolean zero) {
  private static final long DIRTY_OR_HOLE = 1;
  private static final long ZERO = 2;

  static ExtentFlags of(
      String volume, boolean incremental, long offset, long type, String description) {
    checkFamily(volume, incremental, description);
    var isNamed = description.equals("unknown") || description.contains("zero");
    if (incremental && !isNamed && !isOfIncrement(description)) {
      throw new VirtMoverException(
          FailureKind.CORRUPT_SOURCE,
          "The map of %s cannot be used: the extent at byte %d says '%s', neither clean nor dirty."
                  .formatted(volume, offset, description)
              + " Nothing was published; this KubeVirt version may be newer than VirtMover.");
    }
    if (description.equals("unknown")) {
      return new ExtentFlags(true, false);
    }
    if (type < 0 || type > (DIRTY_OR_HOLE | ZERO)) {
      throw new VirtMoverException(
          FailureKind.CORRUPT_SOURCE,
          "The map of %s cannot be used: the extent at byte %d has unknown bits (type %d, '%s')."
                  .formatted(volume, offset, type, description)
              + " Nothing was published; this KubeVirt version may be newer than VirtMover.");
    }
    var zero = (type & ZERO) != 0;
    return new ExtentFlags(!incremental || (type & DIRTY_OR_HOLE) != 0, zero);
  }

  private static boolean isOfIncrement(String description) {
    return description.contains("dirty") || description.contains("clean");
  }

  private static void checkFamily(String volume, boolean incremental, String description) {
    var isFull = description.contains("data") || description.contains("hole");
    if (incremental ? isFull : isOfIncrement(description)) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "%s exports %s backup (its map says '%s'); pass the type KubeVirt reports in status.type."
              .formatted(volume, incremental ? "a full" : "an incremental", description));
    }
  }
}
