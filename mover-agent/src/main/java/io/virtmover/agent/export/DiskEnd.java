// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import java.util.Optional;

/**
 * Tells the end of a disk from an exporter that is out of order: both answer 500 to a map request.
 * The end is believed only while the bytes before it are still mapped, in turns, several times.
 */
final class DiskEnd {
  /** What an offset is. */
  sealed interface Judgement {
    /** The disk ends at or before it. */
    record Ends() implements Judgement {}

    /** The disk has bytes there. */
    record GoesOn() implements Judgement {}

    /** Something else answered than yes or no. */
    record Unclear(Trouble trouble) implements Judgement {}
  }

  private static final int TURNS = 3;

  /** A dirty bitmap's grain; larger than any alignment an NBD server may ask for. */
  static final long PROBE = 64 << 10;

  private final ExportVolume volume;

  DiskEnd(ExportVolume volume) {
    this.volume = volume;
  }

  /**
   * Asks before and at an offset, in turns.
   *
   * @param offset more than 0
   */
  Judgement judge(long offset) {
    var before = (offset - 1) / PROBE * PROBE;
    for (var turn = 0; turn < TURNS; turn++) {
      var outage = missing(before, offset - before);
      if (outage.isPresent()) {
        return new Judgement.Unclear(outage.get());
      }
      var refusal = missing(offset);
      if (refusal.isEmpty()) {
        return new Judgement.GoesOn();
      }
      if (!refusal.get().isServerError()) {
        return new Judgement.Unclear(refusal.get());
      }
    }
    return missing(before, offset - before)
        .<Judgement>map(Judgement.Unclear::new)
        .orElseGet(Judgement.Ends::new);
  }

  /** Why there is no map of the bytes from an offset on; empty if there is one. */
  Optional<Trouble> missing(long offset) {
    return missing(offset, PROBE);
  }

  private Optional<Trouble> missing(long offset, long length) {
    var covered = new MapCoverage(volume.name(), offset, offset + length, (_, _, _, _) -> {});
    var trouble = volume.map(offset, length, 1, new MapPage(covered));
    if (trouble.isEmpty() && covered.isEmpty()) {
      return Optional.of(MapPage.odd("its map says nothing of byte " + offset));
    }
    return trouble;
  }
}
