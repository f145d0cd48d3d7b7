// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.qcow2.Qcow2Check;
import io.virtmover.agent.image.qcow2.Qcow2Exception;
import io.virtmover.agent.image.qcow2.Qcow2Image;
import io.virtmover.domain.BackupType;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A qcow2 file that KubeVirt's push backup wrote: a full without a backing file, or an increment
 * whose header names the live overlay (which is never followed).
 */
final class PushSource implements DiskSource {
  private static final int CONCURRENCY = 4;
  private static final Pattern PLAIN_PATH = Pattern.compile("/?[\\w.][\\w./ -]{0,254}");

  /** Tells whether a path still names the same bytes. */
  private record State(long size, FileTime modified, @Nullable Object identity) {
    static State of(Path path) throws IOException {
      var now = Files.readAttributes(path, BasicFileAttributes.class);
      return new State(now.size(), now.lastModifiedTime(), now.fileKey());
    }
  }

  private final Path path;
  private final FileReader file;
  private final Qcow2Image image;
  private final State state;

  private PushSource(Path path, FileReader file, Qcow2Image image, State state) {
    this.path = path;
    this.file = file;
    this.image = image;
    this.state = state;
  }

  /**
   * Opens and checks the file.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} if it cannot be opened, {@code
   *     CORRUPT_SOURCE} if it is of the other type, that or {@code UNSUPPORTED} if it is not a
   *     readable image
   */
  static PushSource open(Path path, BackupType type) {
    var file = FileReader.open(path);
    try {
      var state = State.of(path);
      var image =
          translating(
              path,
              () -> {
                var opened = Qcow2Image.open(file);
                Qcow2Check.check(opened);
                return opened;
              });
      checkType(path, image, type);
      return new PushSource(path, file, image, state);
    } catch (IOException e) {
      file.close();
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST, "Cannot read %s: %s.".formatted(path, e.getMessage()), e);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static void checkType(Path path, Qcow2Image image, BackupType type) {
    var backing = image.header().backingFile();
    if (type == BackupType.FULL && backing.isPresent()) {
      throw new VirtMoverException(
          FailureKind.CORRUPT_SOURCE,
          "%s names %s, so it does not hold all of its disk; back the disk up as an increment, with a parent."
              .formatted(path, shown(backing.get())));
    }
    if (type == BackupType.INCREMENTAL && backing.isEmpty()) {
      throw new VirtMoverException(
          FailureKind.CORRUPT_SOURCE,
          "%s names no backing file, so it is not an increment; back the disk up whole (type full)."
              .formatted(path));
    }
  }

  /** A path is shown; anything else in its place may be an address with a password in it. */
  private static String shown(String backingName) {
    return PLAIN_PATH.matcher(backingName).matches()
        ? "the backing file '%s'".formatted(backingName)
        : "a backing file";
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public long virtualSize() {
    return image.geometry().virtualSize();
  }

  @Override
  public int maxClusterBits() {
    return image.geometry().clusterBits();
  }

  @Override
  public int concurrency() {
    return CONCURRENCY;
  }

  @Override
  public void map(ClusterMap into) {
    var geometry = into.geometry();
    translating(
        path,
        () -> {
          image.forEachRun(
              0,
              geometry.virtualSize(),
              run -> {
                var first = run.guestOffset() >> geometry.clusterBits();
                var end = run.guestOffset() + run.length() + geometry.clusterSize() - 1;
                var status =
                    switch (run.kind()) {
                      case HOLE -> ClusterStatus.HOLE;
                      case ZERO -> ClusterStatus.ZERO;
                      case DATA, ZLIB, ZSTD -> ClusterStatus.DATA;
                    };
                into.set(first, (end >> geometry.clusterBits()) - first, status);
              });
          return into;
        });
  }

  @Override
  public void read(long guestOffset, ByteBuffer into) {
    translating(
        path,
        () -> {
          image.read(guestOffset, into);
          return into;
        });
  }

  @Override
  public void checkUnchanged() {
    try {
      if (state.size() == file.size() && State.of(path).equals(state)) {
        return;
      }
    } catch (IOException e) {
      throw new VirtMoverException(
          FailureKind.CORRUPT_SOURCE, "%s disappeared while it was read.".formatted(path), e);
    }
    throw new VirtMoverException(
        FailureKind.CORRUPT_SOURCE,
        "%s changed while it was read; nothing was published. Wait for KubeVirt to finish."
            .formatted(path));
  }

  @Override
  public void close() {
    file.close();
  }

  private static <T> T translating(Path path, Supplier<T> work) {
    try {
      return work.get();
    } catch (Qcow2Exception e) {
      throw new VirtMoverException(
          e.reason().isDamage() ? FailureKind.CORRUPT_SOURCE : FailureKind.UNSUPPORTED,
          "Cannot use %s as a qcow2 image: %s. Nothing was published; %s."
              .formatted(path, e.getMessage(), remedy(e.reason())),
          e);
    }
  }

  private static String remedy(Qcow2Exception.Reason reason) {
    return switch (reason) {
      case DAMAGED -> "make the backup anew";
      case NOT_CLEAN -> "wait for KubeVirt to finish it, or make the backup anew";
      case EMPTY_DISK -> "leave the disk out";
      case ENCRYPTED,
          EXTERNAL_DATA_FILE,
          SUBCLUSTERS,
          UNKNOWN_VERSION,
          UNKNOWN_COMPRESSION,
          UNKNOWN_FEATURE ->
          "have it written as qcow2 without that";
    };
  }
}
