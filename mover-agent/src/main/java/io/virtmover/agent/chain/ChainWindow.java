// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A window of the disk with the newest word on each of its cells: which cluster of which image
 * holds it, or that it reads as zeros. A cell is the chain's smallest cluster.
 *
 * <p>A disk may have shrunk and grown again between two backups. As QEMU reads a chain, bytes
 * beyond an image's end are zeros and hide what older images have there.
 */
public final class ChainWindow {
  /** Guest bytes that one unit provides. */
  public record Piece(StoredUnit unit, long from, long to) {}

  /** Guest bytes that read as zeros. */
  public record ZeroRun(long from, long to) {}

  /** A unit with everything in this window that is still alive of it. */
  public record LiveUnit(StoredUnit unit, List<Piece> pieces) {}

  private final long from;
  private final long to;
  private final int cellBits;
  private final @Nullable StoredUnit[] owners;

  private ChainWindow(long from, long to, int cellBits) {
    this.from = from;
    this.to = to;
    this.cellBits = cellBits;
    this.owners = new @Nullable StoredUnit[(int) ((to - from + (1L << cellBits) - 1) >> cellBits)];
  }

  /**
   * Merges a chain's images over a window.
   *
   * @param layers oldest first
   * @param from first guest byte, on a border of cells
   */
  public static ChainWindow merge(List<Layer> layers, long from, long to, int cellBits) {
    var window = new ChainWindow(from, to, cellBits);
    var ends = visibleEnds(layers);
    for (var i = 0; i < layers.size(); i++) {
      var end = ends[i];
      if (from < end) {
        layers.get(i).units(from, Math.min(to, end), unit -> window.paint(unit.endingAt(end)));
      }
    }
    return window;
  }

  /** Nothing of an image is seen beyond the end of the smallest of it and those on it. */
  private static long[] visibleEnds(List<Layer> layers) {
    var ends = new long[layers.size()];
    var smallest = Long.MAX_VALUE;
    for (var i = layers.size() - 1; i >= 0; i--) {
      smallest = Math.min(smallest, layers.get(i).geometry().virtualSize());
      ends[i] = smallest;
    }
    return ends;
  }

  private void paint(StoredUnit unit) {
    var first = (int) ((Math.max(unit.guestOffset(), from) - from) >> cellBits);
    var end = Math.min(unit.guestEnd(), to) - from;
    var last = (int) ((end + (1L << cellBits) - 1) >> cellBits);
    for (var cell = first; cell < last; cell++) {
      owners[cell] = unit;
    }
  }

  /** What has to be fetched, each unit once, in object order per image. */
  public List<LiveUnit> live() {
    // Newer, smaller clusters can cover the middle of a unit: its pieces need not be neighbours.
    var units = new IdentityHashMap<StoredUnit, LiveUnit>();
    forEachRun(
        (unit, start, end) -> {
          if (unit != null && !unit.isZero()) {
            units
                .computeIfAbsent(unit, found -> new LiveUnit(found, new ArrayList<>(1)))
                .pieces()
                .add(new Piece(unit, start, Math.min(end, unit.guestEnd())));
          }
        });
    var sorted = new ArrayList<>(units.values());
    sorted.sort(
        Comparator.<LiveUnit, String>comparing(live -> live.unit().layer().object().name())
            .thenComparingLong(live -> live.unit().objectOffset())
            .thenComparingLong(live -> live.unit().guestOffset()));
    return sorted;
  }

  /** What reads as zeros, in order, neighbours joined. */
  public List<ZeroRun> zeros() {
    var zeros = new ArrayList<ZeroRun>();
    forEachRun(
        (unit, start, end) -> {
          var dataEnd = unit == null || unit.isZero() ? start : Math.min(end, unit.guestEnd());
          if (dataEnd < end) {
            addZero(zeros, dataEnd, end);
          }
        });
    return zeros;
  }

  private static void addZero(List<ZeroRun> zeros, long start, long end) {
    if (!zeros.isEmpty() && zeros.getLast().to() == start) {
      zeros.set(zeros.size() - 1, new ZeroRun(zeros.getLast().from(), end));
    } else {
      zeros.add(new ZeroRun(start, end));
    }
  }

  @FunctionalInterface
  private interface OwnerVisitor {
    void visit(@Nullable StoredUnit unit, long start, long end);
  }

  private void forEachRun(OwnerVisitor visitor) {
    for (var first = 0; first < owners.length; ) {
      var last = first + 1;
      while (last < owners.length && Objects.equals(owners[last], owners[first])) {
        last++;
      }
      visitor.visit(
          owners[first],
          from + ((long) first << cellBits),
          Math.min(to, from + ((long) last << cellBits)));
      first = last;
    }
  }
}
