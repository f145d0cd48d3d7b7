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
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A raw file or a block device. A file that does not exist yet grows under the name {@code
 * PATH.partial} and gets its own name when it is complete; an existing file or a device is written
 * in place, bytes beyond the disk's end are left alone. What something else uses (a file system,
 * swap, another device, another restore) is refused.
 */
final class DiskTarget implements Target {
  private static final int ZERO_PIECE = 1 << 20;
  private static final String PARTIAL = ".partial";
  private static final int FILE_TYPE = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  private final Path path;
  private final Path written;
  private final Opened opened;
  private final FileChannel channel;
  private final long size;
  private final boolean provenZero;
  private final String what;
  private final HeldHead head;
  private final long resumeFrom;

  private DiskTarget(Path path, Path written, Opened opened, long size, boolean fresh, String what)
      throws IOException {
    this.path = path;
    this.written = written;
    this.opened = opened;
    this.channel = opened.channel();
    this.size = size;
    this.what = what;
    this.head = new HeldHead(size);
    this.resumeFrom = fresh ? 0 : progressOf(channel, what, size);
    this.provenZero = fresh || (!written.equals(path) && resumeFrom > 0);
  }

  /**
   * Opens a target for a disk. A block device is claimed until the target is closed.
   *
   * @param what 64 hex digits that identify what is restored, so that only the same goes on
   * @throws VirtMoverException {@code TARGET} if the disk cannot be put there, or something else
   *     uses the place
   */
  static DiskTarget open(Path named, long size, String what) {
    try {
      var path = resolved(named);
      if (!Files.exists(path)) {
        return create(path, size, what);
      }
      checkKind(path);
      return Files.isRegularFile(path) ? openFile(path, size, what) : openDevice(path, size, what);
    } catch (IOException e) {
      throw failure(named, "cannot be opened", e);
    }
  }

  /** What a link leads to is written, not the link replaced. */
  private static Path resolved(Path named) throws IOException {
    if (!Files.isSymbolicLink(named)) {
      return named;
    }
    if (!Files.exists(named)) {
      throw target(
          named,
          "it is a link to %s, which does not exist; name the file itself"
              .formatted(Files.readSymbolicLink(named)));
    }
    return named.toRealPath();
  }

  private static DiskTarget create(Path path, long size, String what) throws IOException {
    var folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw target(path, "there is no folder " + folder);
    }
    var partial = path.resolveSibling(path.getFileName() + PARTIAL);
    var opened = openPartial(path, partial);
    try {
      var channel = opened.channel();
      var resumes = channel.size() == size && progressOf(channel, what, size) > 0;
      if (!resumes) {
        channel.truncate(0);
        grow(channel, size);
      }
      return new DiskTarget(path, partial, opened, size, !resumes, what);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * A restore that was killed when its disk had just got its own name has left this as a second
   * one: then it is taken away, since the disk may have moved on and be in use.
   */
  private static Opened openPartial(Path path, Path partial) throws IOException {
    var opened =
        Opened.file(
            path,
            FileChannel.open(
                partial,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE),
            partial);
    try {
      if ((Integer) Files.getAttribute(partial, "unix:nlink") == 1) {
        return opened;
      }
      Files.delete(partial);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
    opened.close();
    return openPartial(path, partial);
  }

  private static DiskTarget openFile(Path path, long size, String what) throws IOException {
    refuseIfUsed(path, TargetUse.ofThisMachine().ofFile(path));
    var opened =
        Opened.file(
            path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE), path);
    try {
      var fresh = opened.channel().size() == 0;
      if (fresh) {
        grow(opened.channel(), size);
      }
      checkSize(path, opened.channel(), size);
      return new DiskTarget(path, path, opened, size, fresh, what);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static DiskTarget openDevice(Path path, long size, String what) throws IOException {
    var claim = claim(path);
    try {
      // The claimed device itself, whatever the path names by now.
      var opened =
          new Opened(
              FileChannel.open(claim.path(), StandardOpenOption.READ, StandardOpenOption.WRITE),
              claim);
      checkSize(path, opened.channel(), size);
      return new DiskTarget(path, path, opened, size, false, what);
    } catch (IOException | RuntimeException e) {
      claim.close();
      throw e;
    }
  }

  /**
   * Claims a block device for this program alone.
   *
   * @throws VirtMoverException {@code TARGET} if something uses it, naming what
   */
  static LinuxFile claim(Path device) throws IOException {
    var use = TargetUse.ofThisMachine();
    refuseIfUsed(device, use.ofDevice(device));
    if (use.isReadOnly(device)) {
      throw target(device, "it is read-only; blockdev --setrw makes it writable");
    }
    try {
      return LinuxFile.claim(device);
    } catch (LinuxFile.BusyException e) {
      refuseIfUsed(device, use.ofDevice(device));
      throw target(
          device,
          "another program has claimed it: another restore, or a mount that is not visible from here");
    }
  }

  /** A program's claim on a place that another program, started by it, writes to. */
  interface Claim extends AutoCloseable {
    @Override
    void close();
  }

  /** Claims a block device; a file needs no claim. */
  static Claim claimIfDevice(Path path) throws IOException {
    return Files.exists(path) && isBlockDevice(path) ? claim(path)::close : () -> {};
  }

  private static void refuseIfUsed(Path path, List<String> uses) {
    if (!uses.isEmpty()) {
      throw target(
          path, "it %s; what is there would be destroyed".formatted(String.join(", it ", uses)));
    }
  }

  /** What a target is written through. */
  private record Opened(FileChannel channel, LinuxFile linux) {
    static Opened file(Path path, FileChannel channel, Path written) throws IOException {
      try {
        lock(path, channel);
        return new Opened(channel, LinuxFile.open(written));
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    }

    void close() {
      linux.close();
      try {
        channel.close();
      } catch (IOException e) {
        // What had to be durable was forced before.
      }
    }
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

  static boolean isBlockDevice(Path path) throws IOException {
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
    if (rest <= 0 || provenZero || opened.linux().punch(at, rest)) {
      return;
    }
    var zeros = ByteBuffer.allocateDirect((int) Math.min(ZERO_PIECE, rest));
    for (var done = 0L; done < rest; done += zeros.limit()) {
      put(at + done, zeros.clear().limit((int) Math.min(ZERO_PIECE, rest - done)));
    }
  }

  @Override
  public void mark(long guestOffset) {
    try {
      if (guestOffset > 0) {
        channel.force(false);
      }
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
      head.writeTo(medium());
      if (!written.equals(path)) {
        place(written, path);
      }
    } catch (IOException e) {
      throw failure(path, "cannot be finished", e);
    }
  }

  /** Gives a new file its name for good, unless something has taken that meanwhile. */
  static void place(Path written, Path path) throws IOException {
    rename(written, path);
    var folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      try (var opened = FileChannel.open(folder, StandardOpenOption.READ)) {
        opened.force(true);
      }
    }
  }

  private static void rename(Path written, Path path) throws IOException {
    try {
      Files.createLink(path, written);
    } catch (FileAlreadyExistsException e) {
      throw new FileSystemException(
          path.toString(), written.toString(), "another file of that name appeared meanwhile");
    } catch (FileSystemException | UnsupportedOperationException e) {
      // A file system without links.
      Files.move(written, path, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Files.delete(written);
  }

  private HeldHead.Medium medium() {
    return new HeldHead.Medium() {
      @Override
      public void put(long offset, ByteBuffer bytes) {
        DiskTarget.this.put(offset, bytes);
      }

      @Override
      public void force() throws IOException {
        channel.force(true);
      }
    };
  }

  @Override
  public void close() {
    opened.close();
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
