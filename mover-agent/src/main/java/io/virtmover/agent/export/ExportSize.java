// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.agent.image.Geometry;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;

/**
 * Finds out how large a volume's disk is, of which only a bound is known.
 *
 * <p>That the disk has a byte is believed at once: the server has shown it. That it ends is
 * believed only if the last bytes' data ends there and a map is refused there, several times and
 * beside maps that are answered ({@link DiskEnd}). A search that a lost tunnel has led astray is
 * begun anew from the last byte that was shown.
 */
public final class ExportSize {
  /** The search ends here; the data of what is left tells the rest. */
  private static final long GRAIN = DiskEnd.PROBE;

  private final ExportVolume volume;
  private final long bound;
  private final Patience patience;
  private final DiskEnd diskEnd;

  /** Start of a grain of which the server has shown the first byte. */
  private long shown;

  private ExportSize(ExportVolume volume, long bound) {
    this.volume = volume;
    this.bound = bound;
    this.patience = volume.patience();
    this.diskEnd = new DiskEnd(volume);
  }

  /**
   * Asks for the size.
   *
   * @param atMost bytes that the disk does not have more of
   * @return bytes that the guest sees
   * @throws VirtMoverException {@code INVALID_REQUEST} if the disk has more; {@code UNAVAILABLE} or
   *     {@code CORRUPT_SOURCE} if the server gives no certain answer
   */
  public static long find(ExportVolume volume, long atMost) {
    checkPossible(atMost);
    return new ExportSize(volume, atMost).find();
  }

  private static void checkPossible(long atMost) {
    var _ = new Geometry(atMost, Geometry.MAX_CLUSTER_BITS);
  }

  private long find() {
    awaitFirstByte();
    while (true) {
      search();
      var end = shown + tail();
      if (end > bound) {
        throw larger(end);
      }
      switch (diskEnd.judge(end)) {
        case DiskEnd.Judgement.Ends() -> {
          return end;
        }
        case DiskEnd.Judgement.GoesOn() -> goOnBehind(end);
        case DiskEnd.Judgement.Unclear(var trouble) ->
            volume.pause(patience, trouble, "map at its end, byte " + end);
      }
    }
  }

  /** Every disk has one; a 500 here is an outage. */
  private void awaitFirstByte() {
    for (var trouble = diskEnd.missing(0); trouble.isPresent(); trouble = diskEnd.missing(0)) {
      volume.pause(patience, trouble.get(), "map at byte 0");
    }
    patience.restart();
  }

  /** Raises {@link #shown} to the grain that the disk seems to end in, by halves. */
  private void search() {
    for (var refused = Math.ceilDiv(bound, GRAIN) * GRAIN; refused - shown > GRAIN; ) {
      var middle = shown + (refused - shown) / GRAIN / 2 * GRAIN;
      if (isShown(middle)) {
        shown = middle;
        patience.restart();
      } else {
        refused = middle;
      }
    }
  }

  private boolean isShown(long offset) {
    while (true) {
      var trouble = diskEnd.missing(offset);
      if (trouble.isEmpty() || trouble.get().isServerError()) {
        return trouble.isEmpty();
      }
      volume.pause(patience, trouble.get(), "map at byte " + offset);
    }
  }

  /** Bytes from {@link #shown} on: data is clamped to the disk's end. Two grains' at most. */
  private long tail() {
    while (true) {
      var sink = new TailSink(2 * GRAIN);
      var trouble = volume.data(shown, 2 * GRAIN, sink);
      if (trouble.isEmpty()) {
        return sink.count();
      }
      volume.pause(patience, trouble.get(), "data at byte " + shown);
    }
  }

  /** There is a byte where the disk seemed to end. */
  private void goOnBehind(long end) {
    if (end >= bound) {
      throw larger(end + 1);
    }
    var next = shown + GRAIN;
    if (end < next) {
      pause(
          MapPage.odd("it ended its data cleanly at byte %d, but has a map of it".formatted(end)));
    } else {
      pause(Trouble.outage("it refused a map of byte %d, which it has".formatted(next), null));
      shown = next;
    }
  }

  private void pause(Trouble trouble) {
    volume.pause(patience, trouble, "size");
  }

  private VirtMoverException larger(long known) {
    return new VirtMoverException(
        FailureKind.INVALID_REQUEST,
        "The disk behind %s has at least %d bytes, but is said to have at most %d. Give a larger bound, or its size."
            .formatted(volume.name(), known, bound));
  }
}
