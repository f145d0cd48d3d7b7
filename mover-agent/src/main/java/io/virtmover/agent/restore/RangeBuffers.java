// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.agent.chain.Layer;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.List;

/**
 * How memory is cut into buffers for ranges.
 *
 * @param size bytes of each
 * @param count ranges in flight
 */
record RangeBuffers(int size, int count) {
  private static final int USUAL_SIZE = 8 << 20;
  private static final int FEWEST = 2;
  private static final int MOST = 16;

  /** A compressed cluster's length is kept in bits that allow for twice its size. */
  private static final int LARGEST_STORED = 2;

  /**
   * Plans for a chain.
   *
   * @param memory bytes for all buffers
   * @throws VirtMoverException {@code INVALID_REQUEST} if two clusters do not fit into it
   */
  static RangeBuffers of(long memory, List<Layer> layers) {
    var largest =
        layers.stream()
            .mapToLong(
                layer ->
                    (long) layer.geometry().clusterSize()
                        * (layer.isVerifiable() ? 1 : LARGEST_STORED))
            .max()
            .orElseThrow();
    var count = Math.clamp(memory / USUAL_SIZE, FEWEST, MOST);
    var size = (int) Math.min(USUAL_SIZE, memory / count);
    if (size < largest) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "%d bytes of memory are too little for this disk; give at least --memory %dKi."
              .formatted(memory, (FEWEST * largest) >> 10));
    }
    return new RangeBuffers(size, count);
  }
}
