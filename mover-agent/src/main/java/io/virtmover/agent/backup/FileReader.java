// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.image.RandomReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file of fixed length, read by position. */
final class FileReader implements RandomReader {
  private final Path path;
  private final FileChannel channel;
  private final long size;

  private FileReader(Path path, FileChannel channel, long size) {
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  static FileReader open(Path path) {
    try {
      if (Files.isDirectory(path)) {
        throw invalid(path, "it is a directory", null);
      }
      var channel = FileChannel.open(path, StandardOpenOption.READ);
      return new FileReader(path, channel, channel.size());
    } catch (NoSuchFileException e) {
      throw invalid(path, "there is no such file", e);
    } catch (IOException e) {
      throw invalid(path, String.valueOf(e.getMessage()), e);
    }
  }

  private static VirtMoverException invalid(Path path, String why, @Nullable Throwable cause) {
    return new VirtMoverException(
        FailureKind.INVALID_REQUEST, "Cannot open the source %s: %s.".formatted(path, why), cause);
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long offset, ByteBuffer into) {
    var at = offset;
    try {
      while (into.hasRemaining()) {
        var count = channel.read(into, at);
        if (count < 0) {
          throw new VirtMoverException(
              FailureKind.CORRUPT_SOURCE,
              "%s ends at byte %d, %d bytes too early.".formatted(path, at, into.remaining()));
        }
        at += count;
      }
    } catch (ClosedByInterruptException e) {
      throw new VirtMoverException(
          FailureKind.CANCELED, "Reading %s was canceled.".formatted(path), e);
    } catch (IOException e) {
      throw new VirtMoverException(
          FailureKind.CORRUPT_SOURCE,
          "Cannot read %s at byte %d: %s.".formatted(path, at, e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written through it, so nothing can be lost.
    }
  }
}
