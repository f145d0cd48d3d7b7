// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.agent.progress.Progress;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.image.ObjectReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The classic way, as a second opinion: download the chain, chain it up with {@code qemu-img rebase
 * -u}, flatten it with {@code qemu-img convert}. Needs room for the chain beside the target. The
 * format of every file is given, never guessed.
 */
final class QemuImgRestore {
  private static final int PIECE = 8 << 20;
  private static final int MESSAGE = 500;

  private final RestoreJob.Spec spec;
  private final List<Layer> layers;
  private final Progress progress;

  QemuImgRestore(RestoreJob.Spec spec, List<Layer> layers, Progress progress) {
    this.spec = spec;
    this.layers = layers;
    this.progress = progress;
  }

  RestoreJob.Report run() {
    var size = layers.getLast().geometry().virtualSize();
    try {
      var scratch = Files.createTempDirectory(scratchParent(), ".virtmover-");
      try {
        return restore(scratch, size);
      } finally {
        delete(scratch);
      }
    } catch (IOException e) {
      throw target(String.valueOf(e.getMessage()), e);
    }
  }

  private Path scratchParent() {
    var parent = spec.target().toAbsolutePath().getParent();
    var isFile = !Files.exists(spec.target()) || Files.isRegularFile(spec.target());
    return isFile && parent != null ? parent : Path.of(System.getProperty("java.io.tmpdir"));
  }

  private RestoreJob.Report restore(Path scratch, long size) throws IOException {
    layers.forEach(layer -> progress.expect(layer.object().size()));
    var fetched = 0L;
    var files = new ArrayList<Path>();
    for (var layer : layers) {
      var file = scratch.resolve("layer-%03d.qcow2".formatted(files.size()));
      fetched += download(layer.object(), file);
      if (files.isEmpty()) {
        qemuImg("rebase", "-u", "-f", "qcow2", "-b", "", file.toString());
      } else {
        var below = files.getLast().toString();
        qemuImg("rebase", "-u", "-f", "qcow2", "-F", "qcow2", "-b", below, file.toString());
      }
      files.add(file);
    }
    var fresh = !Files.exists(spec.target());
    var written =
        fresh
            ? spec.target().resolveSibling(spec.target().getFileName() + ".partial")
            : spec.target();
    if (!fresh) {
      try (var target = DiskTarget.open(spec.target(), size, "0".repeat(64))) {
        target.checkpoint(0);
      }
    }
    try (var _ = DiskTarget.claimIfDevice(written)) {
      convert(files.getLast(), written, fresh);
      sync(written);
    }
    if (fresh) {
      Files.move(written, spec.target(), StandardCopyOption.ATOMIC_MOVE);
    }
    return new RestoreJob.Report(
        spec.volume().value(), size, layers.size(), fetched, size, 0, false);
  }

  private void convert(Path top, Path written, boolean fresh) {
    var command = new ArrayList<>(List.of("convert", "-W", "-f", "qcow2", "-O", "raw"));
    if (!fresh) {
      command.add("-n");
    }
    command.add(top.toString());
    command.add(written.toString());
    qemuImg(command.toArray(String[]::new));
  }

  private long download(ObjectReader object, Path file) throws IOException {
    try (var out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var piece = ByteBuffer.allocateDirect((int) Math.min(PIECE, Math.max(1, object.size())));
      for (var at = 0L; at < object.size(); at += piece.limit()) {
        piece.clear().limit((int) Math.min(piece.capacity(), object.size() - at));
        object.read(at, piece);
        piece.flip();
        progress.advance(piece.remaining());
        while (piece.hasRemaining()) {
          out.write(piece);
        }
      }
    }
    return object.size();
  }

  private void qemuImg(String... arguments) {
    var command = new ArrayList<>(List.of("qemu-img"));
    command.addAll(List.of(arguments));
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try {
        process.getOutputStream().close();
        var output = process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
          var text = new String(output, StandardCharsets.UTF_8).strip().replace('\n', ' ');
          throw target(
              "qemu-img %s failed: %s"
                  .formatted(arguments[0], text.substring(0, Math.min(MESSAGE, text.length()))),
              null);
        }
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "qemu-img cannot be started: install qemu-utils, or leave out --engine qemu-img.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VirtMoverException(FailureKind.CANCELED, "The restore was canceled.", e);
    }
  }

  private static void sync(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private VirtMoverException target(String why, @Nullable Throwable cause) {
    return new VirtMoverException(
        FailureKind.TARGET, "Cannot restore to %s: %s.".formatted(spec.target(), why), cause);
  }
}
