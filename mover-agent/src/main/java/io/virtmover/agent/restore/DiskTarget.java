// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A raw file or a block device. A file that does not exist yet grows under the name {@code
 * PATH.partial} and gets its own name when it is complete; an existing file or a device is written
 * in place, bytes beyond the disk's end are left alone.
 */
final class DiskTarget implements Target {
  private static final int ZERO_PIECE = 1 << 20;
  private static final String PARTIAL = ".partial";
  private static final int FILE_TYPE = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  private final Path path;
  private final Path written;
  private final FileChannel channel;
  private final LinuxFile linux;
  private final long size;
  private final boolean provenZero;
  private final String what;
  private final HeldHead head;
  private final long resumeFrom;

  private DiskTarget(
      Path path,
      Path written,
      FileChannel channel,
      LinuxFile linux,
      long size,
      boolean fresh,
      String what)
      throws IOException {
    this.path = path;
    this.written = written;
    this.channel = channel;
    this.linux = linux;
    this.size = size;
    this.what = what;
    this.head = new HeldHead(size);
    this.resumeFrom = fresh ? 0 : progressOf(channel, what, size);
    this.provenZero = fresh || (!written.equals(path) && resumeFrom > 0);
  }

  /**
   * Opens a target for a disk.
   *
   * @param what 64 hex digits that identify what is restored, so that only the same goes on
   * @throws VirtMoverException {@code TARGET} if the disk cannot be put there
   */
  static DiskTarget open(Path path, long size, String what) {
    try {
      if (!Files.exists(path)) {
        return create(path, size, what);
      }
      checkKind(path);
      var isFile = Files.isRegularFile(path);
      var channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      lock(path, channel);
      var fresh = isFile && channel.size() == 0;
      if (fresh) {
        grow(channel, size);
      }
      checkSize(path, channel, size);
      return new DiskTarget(path, path, channel, LinuxFile.open(path), size, fresh, what);
    } catch (IOException e) {
      throw failure(path, "cannot be opened", e);
    }
  }

  private static DiskTarget create(Path path, long size, String what) throws IOException {
    var folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw target(path, "there is no folder " + folder);
    }
    var partial = path.resolveSibling(path.getFileName() + PARTIAL);
    var channel =
        FileChannel.open(
            partial, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    lock(partial, channel);
    var resumes = channel.size() == size && progressOf(channel, what, size) > 0;
    if (!resumes) {
      channel.truncate(0);
      grow(channel, size);
    }
    return new DiskTarget(path, partial, channel, LinuxFile.open(partial), size, !resumes, what);
  }

  private static void grow(FileChannel channel, long size) throws IOException {
    if (size > 0) {
      channel.write(ByteBuffer.allocate(1), size - 1);
    }
  }

  private static void checkKind(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw target(path, "it is a folder; name a file or a block device");
    }
    if (!Files.isRegularFile(path) && !isBlockDevice(path)) {
      throw target(path, "it is neither a file nor a block device");
    }
  }

  private static boolean isBlockDevice(Path path) throws IOException {
    return ((Integer) Files.getAttribute(path, "unix:mode") & FILE_TYPE) == BLOCK_DEVICE;
  }

  private static void checkSize(Path path, FileChannel channel, long size) throws IOException {
    if (channel.size() < size) {
      throw target(
          path,
          "it has %d bytes, the disk needs %d; make it larger".formatted(channel.size(), size));
    }
  }

  private static void lock(Path path, FileChannel channel) throws IOException {
    @Nullable FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw target(path, "another restore is writing to it");
    }
  }

  private static long progressOf(FileChannel channel, String what, long size) throws IOException {
    if (size < UnfinishedNote.LENGTH) {
      return 0;
    }
    var bytes = ByteBuffer.allocate(UnfinishedNote.LENGTH);
    for (var count = 0; bytes.hasRemaining() && count >= 0; ) {
      count = channel.read(bytes, bytes.position());
    }
    return bytes.hasRemaining() ? 0 : UnfinishedNote.progress(bytes.flip(), what).orElse(0);
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public long resumeFrom() {
    return resumeFrom;
  }

  @Override
  public void write(long guestOffset, ByteBuffer bytes) {
    put(head.keep(guestOffset, bytes), bytes);
  }

  @Override
  public void zero(long guestOffset, long length) {
    var at = head.keepZero(guestOffset, length);
    var rest = guestOffset + length - at;
    if (rest <= 0 || provenZero || linux.punch(at, rest)) {
      return;
    }
    var zeros = ByteBuffer.allocateDirect((int) Math.min(ZERO_PIECE, rest));
    for (var done = 0L; done < rest; done += zeros.limit()) {
      put(at + done, zeros.clear().limit((int) Math.min(ZERO_PIECE, rest - done)));
    }
  }

  @Override
  public void checkpoint(long guestOffset) {
    try {
      channel.force(false);
      if (size >= UnfinishedNote.LENGTH) {
        put(0, new UnfinishedNote(what, guestOffset).encode());
        channel.force(false);
      }
    } catch (IOException e) {
      throw failure(path, "cannot be written", e);
    }
  }

  @Override
  public void finish() {
    try {
      channel.force(false);
      put(0, head.bytes());
      channel.force(true);
      if (!written.equals(path)) {
        Files.move(written, path, StandardCopyOption.ATOMIC_MOVE);
        syncFolder();
      }
    } catch (IOException e) {
      throw failure(path, "cannot be finished", e);
    }
  }

  @Override
  public void close() {
    linux.close();
    try {
      channel.close();
    } catch (IOException e) {
      // What had to be durable was forced before.
    }
  }

  private void syncFolder() throws IOException {
    var folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      try (var opened = FileChannel.open(folder, StandardOpenOption.READ)) {
        opened.force(true);
      }
    }
  }

  private void put(long offset, ByteBuffer bytes) {
    try {
      for (var at = offset; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw failure(path, "cannot be written at byte " + offset, e);
    }
  }

  private static VirtMoverException target(Path path, String why) {
    return new VirtMoverException(
        FailureKind.TARGET, "Cannot restore to %s: %s.".formatted(path, why));
  }

  private static VirtMoverException failure(Path path, String what, IOException e) {
    if (e instanceof ClosedChannelException) {
      return new VirtMoverException(
          FailureKind.CANCELED, "Writing to %s was canceled.".formatted(path), e);
    }
    var why =
        switch (e) {
          case AccessDeniedException _ -> "permission denied";
          case FileSystemException named when named.getReason() != null -> named.getReason();
          default -> e.getMessage();
        };
    return new VirtMoverException(
        FailureKind.TARGET,
        "The restore target %s %s: %s. The disk is unfinished; correct it and run the restore again."
            .formatted(path, what, why),
        e);
  }
}
