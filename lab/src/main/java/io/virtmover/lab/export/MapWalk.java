// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import io.virtmover.lab.nbd.NbdClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Walks an export's block status as KubeVirt's NBD client does. The merge of two contexts goes up
 * to the end of the shorter one while the cursor goes on at the end of the longer one: beyond what
 * QEMU puts into one reply, ranges get lost. That is how the real server behaves.
 */
final class MapWalk {
  /** QEMU's limit of extents per context in a reply. */
  private static final int REPLY_EXTENTS = 131_072;

  /** QEMU 7.2 answers no more than this at once; a reply is put together from pieces. */
  private static final long PIECE = 2L << 30;

  private static final String ALLOCATION = "base:allocation";
  private static final int NBD_ZERO = 2;
  private static final int DIRTY = 1;
  private static final int ZERO = 2;

  private final NbdClient nbd;
  private final String bitmap;
  private final IncrementMap increments;
  private final boolean incremental;

  MapWalk(NbdClient nbd, String checkpoint, boolean incremental, IncrementMap increments) {
    this.nbd = nbd;
    this.bitmap = bitmapContext(checkpoint);
    this.incremental = incremental;
    this.increments = increments;
  }

  static List<String> contexts(String checkpoint, boolean incremental) {
    return incremental ? List.of(ALLOCATION, bitmapContext(checkpoint)) : List.of(ALLOCATION);
  }

  private static String bitmapContext(String checkpoint) {
    return "qemu:dirty-bitmap:" + checkpoint;
  }

  MapPage page(long offset, long end, int pageSize) throws IOException {
    var extents = new ArrayList<MapPage.Extent>();
    var cursor = offset;
    while (cursor < end && extents.size() <= pageSize) {
      if (extents.size() == pageSize && cursor < end) {
        break;
      }
      cursor = step(cursor, end, extents);
    }
    if (extents.size() > pageSize) {
      var next = extents.get(pageSize).offset();
      return new MapPage(List.copyOf(extents.subList(0, pageSize)), OptionalLong.of(next));
    }
    return new MapPage(extents, cursor < end ? OptionalLong.of(cursor) : OptionalLong.empty());
  }

  private long step(long cursor, long end, List<MapPage.Extent> extents) throws IOException {
    if (!incremental) {
      var reply = reply(ALLOCATION, cursor, end, 3);
      reply.forEach(extent -> add(extents, extent.offset(), extent.length(), extent.flags()));
      return endOf(reply, cursor);
    }
    var dirty = reply(bitmap, cursor, end, DIRTY);
    if (increments == IncrementMap.DIRTY_BITMAP) {
      dirty.forEach(extent -> add(extents, extent.offset(), extent.length(), extent.flags()));
      return endOf(dirty, cursor);
    }
    var allocation = reply(ALLOCATION, cursor, end, NBD_ZERO);
    merge(cursor, dirty, allocation, extents);
    return Math.max(endOf(dirty, cursor), endOf(allocation, cursor));
  }

  private static void merge(
      long start,
      List<NbdClient.Extent> dirty,
      List<NbdClient.Extent> allocation,
      List<MapPage.Extent> extents) {
    var end = Math.min(endOf(dirty, start), endOf(allocation, start));
    var d = 0;
    var a = 0;
    for (var at = start; at < end; ) {
      var dirtyExtent = dirty.get(d);
      var allocationExtent = allocation.get(a);
      var dirtyEnd = dirtyExtent.offset() + dirtyExtent.length();
      var allocationEnd = allocationExtent.offset() + allocationExtent.length();
      var runEnd = Math.min(end, Math.min(dirtyEnd, allocationEnd));
      var type = dirtyExtent.flags() | ((allocationExtent.flags() & NBD_ZERO) != 0 ? ZERO : 0);
      add(extents, at, runEnd - at, type);
      at = runEnd;
      d += at == dirtyEnd ? 1 : 0;
      a += at == allocationEnd ? 1 : 0;
    }
  }

  private static void add(List<MapPage.Extent> extents, long offset, long length, int type) {
    var last = extents.isEmpty() ? null : extents.getLast();
    if (last != null && last.type() == type && last.offset() + last.length() == offset) {
      extents.set(
          extents.size() - 1, new MapPage.Extent(last.offset(), last.length() + length, type));
    } else {
      extents.add(new MapPage.Extent(offset, length, type));
    }
  }

  private static long endOf(List<NbdClient.Extent> extents, long start) {
    return extents.isEmpty() ? start : extents.getLast().offset() + extents.getLast().length();
  }

  /** One reply of one context: what QEMU with extended headers would send. */
  private List<NbdClient.Extent> reply(String context, long offset, long end, int mask)
      throws IOException {
    var extents = new ArrayList<NbdClient.Extent>();
    for (var at = offset; at < end; ) {
      var pieces = nbd.blockStatus(at, Math.min(PIECE, end - at)).get(context);
      if (pieces == null || pieces.isEmpty()) {
        throw new IOException("no meta context " + context);
      }
      for (var piece : pieces) {
        var length = Math.min(piece.length(), end - piece.offset());
        if (!join(extents, piece.offset(), length, piece.flags() & mask)) {
          return extents;
        }
        at = piece.offset() + length;
      }
    }
    return extents;
  }

  private static boolean join(List<NbdClient.Extent> extents, long offset, long length, int flags) {
    var last = extents.isEmpty() ? null : extents.getLast();
    if (last != null && last.flags() == flags) {
      extents.set(
          extents.size() - 1, new NbdClient.Extent(last.offset(), last.length() + length, flags));
      return true;
    }
    if (extents.size() == REPLY_EXTENTS) {
      return false;
    }
    return extents.add(new NbdClient.Extent(offset, length, flags));
  }
}
