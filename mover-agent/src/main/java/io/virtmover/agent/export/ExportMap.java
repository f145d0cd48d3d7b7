// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.failure.VirtMoverException;

/**
 * Reads a volume's whole map so that nothing can be missing from it.
 *
 * <p>A map answer with status 200 can leave ranges out: it is asked for in windows far below where
 * that has been seen, every extent must begin where the one before ended, and what does not is
 * asked for again in smaller pieces before the backup is given up.
 */
public final class ExportMap {
  /** The disk's size comes from the caller: a map can end early. */
  private static final long WINDOW = 2L << 30;

  private static final int PAGE_SIZE = 32_768;
  private static final int SMALLEST_WINDOW = 1 << 20;
  private static final int SHRINK = 8;

  private final ExportVolume volume;
  private final long size;
  private final MapFolder folder;
  private final boolean incremental;
  private final Patience patience;
  private final DiskEnd diskEnd;
  private long window = WINDOW;

  private ExportMap(ExportVolume volume, ClusterMap into, boolean incremental) {
    this.volume = volume;
    this.size = into.geometry().virtualSize();
    this.incremental = incremental;
    this.folder = new MapFolder(into, incremental);
    this.patience = volume.patience();
    this.diskEnd = new DiskEnd(volume);
  }

  /**
   * Fills {@code into}, whose geometry says how large the disk is.
   *
   * @throws VirtMoverException {@code CORRUPT_SOURCE} for a map that contradicts itself, leaves a
   *     gap or does not fit the disk's size; {@code INVALID_REQUEST} if it is of the other type
   */
  public static void read(ExportVolume volume, ClusterMap into, boolean incremental) {
    new ExportMap(volume, into, incremental).read();
  }

  private void read() {
    for (var at = 0L; at < size; ) {
      at = readPage(at, Math.min(window - (at % window), size - at));
    }
    folder.finish();
    checkEnd();
  }

  /** Folds what a page covers without a gap; returns where that ends. */
  private long readPage(long at, long length) {
    var covered = new MapCoverage(volume.name(), at, at + length, this::fold);
    var page = new MapPage(covered);
    var trouble = volume.map(at, length, PAGE_SIZE, page);
    if (trouble.isPresent()) {
      patience.progress(page.bytesUsed());
      checkNotBeyondEnd(trouble.get(), covered.end());
      shrinkWindow();
      volume.pause(patience, trouble.get(), "map at byte " + covered.end());
    } else if (!covered.isEmpty()) {
      patience.restart();
      window = Math.min(WINDOW, window * 2);
    } else if (length <= SMALLEST_WINDOW || window <= SMALLEST_WINDOW) {
      throw corrupt("it leaves a gap at byte %d of a disk of %d bytes".formatted(at, size));
    } else {
      shrinkWindow();
    }
    return covered.end();
  }

  private void fold(long offset, long length, long type, String description) {
    folder.add(
        offset, length, ExtentFlags.of(volume.name(), incremental, offset, type, description));
  }

  /** Less is answered sooner: the export proxy waits 30 s for the first byte. */
  private void shrinkWindow() {
    window = Math.max(SMALLEST_WINDOW, window / SHRINK);
  }

  /** A 500 can mean that the disk is smaller than its stated size. */
  private void checkNotBeyondEnd(Trouble trouble, long at) {
    if (trouble.isServerError() && at > 0 && diskEnd.judge(at) instanceof DiskEnd.Judgement.Ends) {
      throw corrupt(
          "the server has no map at byte %d of a disk of %d bytes; is the size right?"
              .formatted(at, size));
    }
  }

  /** The disk must end where the caller says it does. */
  private void checkEnd() {
    while (true) {
      switch (diskEnd.judge(size)) {
        case DiskEnd.Judgement.Ends() -> {
          return;
        }
        case DiskEnd.Judgement.GoesOn() ->
            throw corrupt("the disk is larger than the stated %d bytes".formatted(size));
        case DiskEnd.Judgement.Unclear(var trouble) ->
            volume.pause(patience, trouble, "map at its end, byte " + size);
      }
    }
  }

  private VirtMoverException corrupt(String what) {
    return MapCoverage.unusable(volume.name(), what);
  }
}
