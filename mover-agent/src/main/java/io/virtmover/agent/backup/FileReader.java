// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.image.RandomReader;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file of fixed length, read by position. */
final class FileReader implements RandomReader {
  private static final int FILE_TYPE = 0170000;
  private static final int REGULAR = 0100000;

  private final Path path;
  private volatile FileChannel channel;
  private boolean closed;
  private final long size;

  private FileReader(Path path, FileChannel channel, long size) {
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  static FileReader open(Path path) {
    try {
      checkKind(path);
      var channel = FileChannel.open(path, StandardOpenOption.READ);
      return new FileReader(path, channel, channel.size());
    } catch (NoSuchFileException e) {
      var isLink = Files.isSymbolicLink(path);
      throw invalid(
          path, isLink ? "it is a link to a file that does not exist" : "there is no such file", e);
    } catch (AccessDeniedException e) {
      throw invalid(path, "permission denied", e);
    } catch (FileSystemException e) {
      throw invalid(path, Optional.ofNullable(e.getReason()).orElse("it cannot be opened"), e);
    } catch (IOException e) {
      throw invalid(path, String.valueOf(e.getMessage()), e);
    }
  }

  /** Asked before opening, since opening a pipe waits for its writer. */
  private static void checkKind(Path path) throws IOException {
    var kind =
        switch ((Integer) Files.getAttribute(path, "unix:mode") & FILE_TYPE) {
          case REGULAR -> "";
          case 0040000 -> "it is a directory";
          case 0010000 -> "it is a named pipe";
          case 0020000, 0060000 -> "it is a device";
          default -> "it is a socket";
        };
    if (!kind.isEmpty()) {
      throw invalid(path, kind + "; a pushed backup is a file", null);
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
        var count = readOnce(into, at);
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

  /** An interrupt of any reading thread closes the channel for the others. */
  private int readOnce(ByteBuffer into, long at) throws IOException {
    while (true) {
      try {
        return channel.read(into, at);
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (ClosedChannelException e) {
        reopen(e);
      }
    }
  }

  private synchronized void reopen(ClosedChannelException e) throws IOException {
    if (closed) {
      throw e;
    }
    if (!channel.isOpen()) {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written through it, so nothing can be lost.
    }
  }
}
