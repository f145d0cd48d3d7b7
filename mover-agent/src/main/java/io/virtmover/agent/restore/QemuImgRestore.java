// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.agent.chain.ChainLayers;
import io.virtmover.agent.chain.ForeignLayer;
import io.virtmover.agent.image.BufferReader;
import io.virtmover.agent.image.ObjectReader;
import io.virtmover.agent.image.RandomReader;
import io.virtmover.agent.image.qcow2.Qcow2Exception;
import io.virtmover.agent.image.qcow2.Qcow2Outline;
import io.virtmover.agent.progress.Progress;
import io.virtmover.failure.CleanUp;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.Restore;
import io.virtmover.transfer.RestoreReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The classic way, as a second opinion: download the chain, flatten it with {@code qemu-img
 * convert}. Needs room for the chain beside the target.
 *
 * <p>What the images say about other files is never followed. Every file's format and every image's
 * backing image are given, and an image whose data is elsewhere is refused before QEMU sees it.
 */
final class QemuImgRestore {
  private static final int PIECE = 8 << 20;
  private static final String PROGRAM = "qemu-img";
  private static final String DISK = "disk.raw";

  private final Restore task;
  private final List<ObjectReader> images;
  private final boolean hidesWhatIsBelow;
  private final Progress progress;

  /**
   * @param objects the newest one's virtual size is the disk's
   */
  QemuImgRestore(Restore task, ChainLayers.Objects objects, Progress progress) {
    this.task = task;
    this.images = objects.images();
    this.hidesWhatIsBelow = objects.hidesWhatIsBelow();
    this.progress = progress;
  }

  RestoreReport run() {
    var size = 0L;
    for (var image : images) {
      var outline = outline(image, image);
      if (outline.namesBackingFile() && !hidesWhatIsBelow && image.equals(images.getFirst())) {
        throw ForeignLayer.lacksItsBase(image);
      }
      size = outline.virtualSize();
    }
    try {
      var target = target();
      if (Files.exists(target)) {
        // Only to see, before anything is fetched, that the disk fits.
        open(target, size).close();
      }
      var parent = scratchParent(target);
      checkSpace(parent);
      try (var scratch = Scratch.in(parent)) {
        return restore(scratch.folder(), target, size);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private Path target() throws IOException {
    if (Files.exists(task.target())) {
      return task.target().toRealPath();
    }
    if (Files.isSymbolicLink(task.target())) {
      throw target("it is a link to a file that does not exist; name the file itself");
    }
    return task.target().toAbsolutePath();
  }

  private Path scratchParent(Path target) {
    var parent = target.getParent();
    var isFile = !Files.exists(target) || Files.isRegularFile(target);
    if (!isFile || parent == null) {
      var folder = System.getenv("TMPDIR");
      return Path.of(folder == null || folder.isEmpty() ? "/tmp" : folder).toAbsolutePath();
    }
    if (!Files.isDirectory(parent)) {
      throw target("there is no folder " + parent);
    }
    return parent;
  }

  private void checkSpace(Path parent) throws IOException {
    var needed = images.stream().mapToLong(ObjectReader::size).sum();
    var free = Scratch.freeBytes(parent);
    if (free < needed) {
      throw target(
          "--engine qemu-img downloads %d bytes to %s, which has %d free; make room, or use --engine native, which downloads nothing"
              .formatted(needed, parent, free));
    }
  }

  private RestoreReport restore(Path scratch, Path target, long size) throws IOException {
    progress.warn("--engine qemu-img compares no checksums; --engine native does.");
    images.forEach(image -> progress.expect(image.size()));
    var qemuImg = new QemuImg(PROGRAM, scratch, QemuImg.Patience.USUAL);
    var fetched = 0L;
    var chain = "null";
    for (var i = 0; i < images.size(); i++) {
      var name = "layer-%03d.qcow2".formatted(i);
      fetched += download(images.get(i), scratch.resolve(name));
      checkReadable(qemuImg, images.get(i), node(name, "null"));
      chain = node(name, chain);
    }
    if (Files.exists(target)) {
      overwrite(qemuImg, chain, target, size);
    } else {
      var disk = scratch.resolve(DISK);
      convert(qemuImg, chain, disk, false);
      sync(disk);
      DiskTarget.place(disk, target);
    }
    return new RestoreReport(task.volume(), size, images.size(), fetched, size, 0, false);
  }

  /** qemu-img writes over the note that the disk is unfinished, so a failure puts it back. */
  private void overwrite(QemuImg qemuImg, String chain, Path target, long size) throws IOException {
    mark(target, size);
    try (var _ = DiskTarget.claimIfDevice(target)) {
      convert(qemuImg, chain, target, true);
      sync(target);
    } catch (IOException | RuntimeException | Error e) {
      CleanUp.evenIfInterrupted(() -> markAgain(target, size, e));
      throw e;
    }
  }

  private static void markAgain(Path target, long size, Throwable failure) {
    try {
      mark(target, size);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static void mark(Path target, long size) {
    try (var disk = open(target, size)) {
      disk.mark(0);
    }
  }

  private static DiskTarget open(Path target, long size) {
    return DiskTarget.open(target, size, "0".repeat(64));
  }

  /** An image with its format and what lies below it; what its header says of these is not read. */
  private static String node(String fileName, String below) {
    return """
        {"driver":"qcow2","file":{"driver":"file","filename":"%s"},"backing":%s}"""
        .formatted(fileName, below);
  }

  private static void checkReadable(QemuImg qemuImg, ObjectReader image, String node) {
    qemuImg
        .run(List.of("info", "json:" + node))
        .ifPresent(
            why -> {
              throw new VirtMoverException(
                  FailureKind.CORRUPT_BACKUP,
                  "QEMU cannot use the image %s: %s. Restore an earlier backup."
                      .formatted(image.name(), why));
            });
  }

  private void convert(QemuImg qemuImg, String chain, Path written, boolean exists) {
    var arguments = new ArrayList<>(List.of("convert", "-W", "-O", "raw"));
    if (exists) {
      arguments.add("-n");
    }
    arguments.add("json:" + chain);
    arguments.add(written.toString());
    qemuImg
        .run(arguments)
        .ifPresent(
            why -> {
              throw target("qemu-img convert failed: " + why);
            });
  }

  private long download(ObjectReader image, Path file) throws IOException {
    try (var out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var piece = ByteBuffer.allocateDirect((int) Math.min(PIECE, Math.max(1, image.size())));
      for (var at = 0L; at < image.size(); at += piece.limit()) {
        piece.clear().limit((int) Math.min(piece.capacity(), image.size() - at));
        image.read(at, piece);
        piece.flip();
        if (at == 0) {
          // The very bytes that QEMU will see, whatever the store answered before.
          outline(image, new BufferReader(image.name(), piece.slice()));
        }
        progress.advance(piece.remaining());
        while (piece.hasRemaining()) {
          out.write(piece);
        }
      }
    }
    return image.size();
  }

  private static Qcow2Outline outline(ObjectReader image, RandomReader bytes) {
    try {
      return Qcow2Outline.of(bytes);
    } catch (Qcow2Exception e) {
      throw ForeignLayer.failure(image, e, Restore.Engine.QEMU_IMG);
    }
  }

  private static void sync(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private VirtMoverException failure(IOException e) {
    if (e instanceof ClosedChannelException) {
      return new VirtMoverException(FailureKind.CANCELED, "The restore was canceled.", e);
    }
    var why =
        switch (e) {
          case AccessDeniedException denied -> "permission denied at " + denied.getFile();
          case NoSuchFileException gone -> gone.getFile() + " is not there";
          case FileSystemException named when named.getReason() != null ->
              "%s: %s".formatted(named.getFile(), named.getReason());
          default -> Optional.ofNullable(e.getMessage()).orElse("it cannot be written");
        };
    return new VirtMoverException(
        FailureKind.TARGET, "Cannot restore to %s: %s.".formatted(task.target(), why), e);
  }

  private VirtMoverException target(String why) {
    return new VirtMoverException(
        FailureKind.TARGET, "Cannot restore to %s: %s.".formatted(task.target(), why));
  }
}
