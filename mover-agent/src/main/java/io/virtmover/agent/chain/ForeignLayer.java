// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.ObjectReader;
import io.virtmover.agent.image.qcow2.Qcow2Check;
import io.virtmover.agent.image.qcow2.Qcow2Exception;
import io.virtmover.agent.image.qcow2.Qcow2Image;
import io.virtmover.agent.image.qcow2.Qcow2Run;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.Restore;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An image that another product wrote, or whose side object is lost: its qcow2 tables are read by
 * range. Nothing recorded its checksums.
 */
public final class ForeignLayer implements Layer {
  private final ObjectReader object;
  private final Qcow2Image image;

  private ForeignLayer(ObjectReader object, Qcow2Image image) {
    this.object = object;
    this.image = image;
  }

  /**
   * Reads the image's header and L1 table.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} or {@code UNSUPPORTED}
   */
  public static ForeignLayer open(ObjectReader object) {
    return open(object, Qcow2Image::open);
  }

  /** Like {@link #open}, for an image of a long chain: little of its tables is kept in memory. */
  static ForeignLayer openOneOfMany(ObjectReader object) {
    return open(object, Qcow2Image::openOneOfMany);
  }

  private static ForeignLayer open(
      ObjectReader object, Function<ObjectReader, Qcow2Image> opening) {
    try {
      return new ForeignLayer(object, opening.apply(object));
    } catch (Qcow2Exception e) {
      throw failure(object, e);
    }
  }

  /** Whether there is an image below it, as there is for an increment. */
  boolean namesBackingFile() {
    return image.header().backingFile().isPresent();
  }

  /** A full whose holes would read as zeros, although another image may hold what they hide. */
  public static VirtMoverException lacksItsBase(ObjectReader object) {
    return new VirtMoverException(
        FailureKind.CORRUPT_BACKUP,
        "The image %s is recorded as a full, but names a backing file: what it leaves out is not known to be zeros. Restore a backup that does not need it, and make a full."
            .formatted(object.name()));
  }

  @Override
  public ObjectReader object() {
    return object;
  }

  @Override
  public Geometry geometry() {
    return image.geometry();
  }

  @Override
  public boolean isVerifiable() {
    return false;
  }

  /**
   * Reads all of the image's tables.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if they contradict each other
   */
  public void checkStructure() {
    try {
      Qcow2Check.check(image);
    } catch (Qcow2Exception e) {
      throw failure(object, e);
    }
  }

  @Override
  public void units(long from, long to, Consumer<StoredUnit> each) {
    var clusterSize = geometry().clusterSize();
    var start = from / clusterSize * clusterSize;
    var end =
        Math.min((to + clusterSize - 1) / clusterSize * clusterSize, geometry().virtualSize());
    if (start >= end) {
      return;
    }
    try {
      image.forEachRun(start, end - start, run -> units(run, each));
    } catch (Qcow2Exception e) {
      throw failure(object, e);
    }
  }

  private void units(Qcow2Run run, Consumer<StoredUnit> each) {
    switch (run.kind()) {
      case HOLE -> {}
      case ZERO, DATA, ZLIB, ZSTD -> {
        var clusterSize = geometry().clusterSize();
        for (var at = 0L; at < run.length(); at += clusterSize) {
          var length = (int) Math.min(clusterSize, run.length() - at);
          each.accept(unit(run, at, length));
        }
      }
    }
  }

  private StoredUnit unit(Qcow2Run run, long at, int length) {
    var stored =
        switch (run.kind()) {
          case DATA -> length;
          case ZLIB, ZSTD -> (int) run.hostLength();
          case ZERO, HOLE -> 0;
        };
    return new StoredUnit(
        this,
        run.guestOffset() + at,
        length,
        run.hostOffset() + at,
        stored,
        OptionalInt.empty(),
        run.kind().isCompressed() ? Optional.of(run) : Optional.empty());
  }

  public static VirtMoverException failure(ObjectReader object, Qcow2Exception e) {
    return failure(object, e, Restore.Engine.NATIVE);
  }

  /**
   * Puts into words why an image cannot be used.
   *
   * @param engine which engine refuses it, so that another is advised only where it helps
   */
  public static VirtMoverException failure(
      ObjectReader object, Qcow2Exception e, Restore.Engine engine) {
    var kind = e.reason().isDamage() ? FailureKind.CORRUPT_BACKUP : FailureKind.UNSUPPORTED;
    var otherHelps = engine == Restore.Engine.NATIVE && e.reason().isReadByQemu();
    return new VirtMoverException(
        kind,
        "The image %s cannot be used: %s. Restore an earlier backup%s."
            .formatted(
                object.name(),
                e.getMessage(),
                otherHelps ? ", or this one with --engine qemu-img" : ""),
        e);
  }
}
