// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.GrowingBytes;
import io.virtmover.agent.image.extents.ExtentsFormat.Entry;

/** Where each window's L2 table lies in the image, told from the directory, window by window. */
public final class L2Offsets {
  private final Geometry geometry;
  private final GrowingBytes directory;
  private long next;

  L2Offsets(Geometry geometry, GrowingBytes directory) {
    this.geometry = geometry;
    this.directory = directory;
  }

  /** Host offset of a window's L2 table, 0 if it has none; windows are asked for in order. */
  public long of(long window) {
    while (next < directory.size()) {
      var entry = Entry.get(directory.record(next, ExtentsFormat.ENTRY_LENGTH));
      if (entry.window() > window) {
        return 0;
      }
      next += ExtentsFormat.ENTRY_LENGTH;
      if (entry.window() == window) {
        return entry.objectOffset() + ((long) entry.dataClusters() << geometry.clusterBits());
      }
    }
    return 0;
  }
}
