// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;

/**
 * What a map answer covers of what was asked for: every extent that begins where the one before
 * ended is handed on; nothing behind a gap is believed.
 */
final class MapCoverage {
  /** Takes extents in order and without a gap. */
  @FunctionalInterface
  interface Taker {
    void take(long offset, long length, long type, String description);
  }

  private final String volume;
  private final long start;
  private final long limit;
  private final Taker taker;
  private long end;
  private boolean gap;

  /**
   * @param start first byte asked for
   * @param limit end of what was asked for
   */
  MapCoverage(String volume, long start, long limit, Taker taker) {
    this.volume = volume;
    this.start = start;
    this.limit = limit;
    this.taker = taker;
    this.end = start;
  }

  /** Where what has been handed on ends. */
  long end() {
    return end;
  }

  boolean isEmpty() {
    return end == start;
  }

  /**
   * Takes the answer's next extent.
   *
   * @throws VirtMoverException {@code CORRUPT_SOURCE} for one that contradicts the others
   */
  void add(long offset, long length, long type, String description) {
    if (length <= 0 || offset < 0 || length > Long.MAX_VALUE - offset) {
      throw corrupt("it has an extent of %d bytes at byte %d".formatted(length, offset));
    }
    if (offset < end) {
      throw corrupt("the extent at byte %d overlaps the one before it".formatted(offset));
    }
    gap |= offset > end;
    if (gap) {
      return;
    }
    if (offset + length > limit) {
      throw corrupt(
          "the extent at byte %d ends at byte %d, beyond the %d asked for"
              .formatted(offset, offset + length, limit));
    }
    taker.take(offset, length, type, description);
    end = offset + length;
  }

  /** Takes where the next answer is said to begin; it is asked for where this one ended. */
  void goesOnAt(long next) {
    if (next <= start) {
      throw corrupt("it goes on at byte %d, before byte %d".formatted(next, start));
    }
  }

  VirtMoverException corrupt(String what) {
    return unusable(volume, what);
  }

  static VirtMoverException unusable(String volume, String what) {
    return new VirtMoverException(
        FailureKind.CORRUPT_SOURCE,
        "The map of %s cannot be used: %s. Nothing was published.".formatted(volume, what));
  }
}
