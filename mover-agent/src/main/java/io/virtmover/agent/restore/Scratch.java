// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;

/**
 * A folder for files that nobody needs afterwards. It is gone when this is closed; one whose
 * program was killed is swept by the next that works beside it, told by its lock being free.
 */
final class Scratch implements AutoCloseable {
  private static final String PREFIX = ".virtmover-";
  private static final String LOCK = "lock";

  private final Path folder;
  private final FileChannel lock;

  private Scratch(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  static Scratch in(Path parent) throws IOException {
    sweep(parent);
    var folder = Files.createTempDirectory(parent, PREFIX);
    try {
      var lock =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      lock.lock();
      return new Scratch(folder, lock);
    } catch (IOException e) {
      delete(folder);
      throw e;
    }
  }

  Path folder() {
    return folder;
  }

  /** Bytes that can still be written there. */
  static long freeBytes(Path parent) throws IOException {
    return Files.getFileStore(parent).getUsableSpace();
  }

  @Override
  public void close() throws IOException {
    delete(folder);
    lock.close();
  }

  private static void sweep(Path parent) {
    try (var left = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (var folder : left) {
        sweepIfUnused(folder);
      }
    } catch (IOException e) {
      // What cannot be listed or deleted now is left to the next.
    }
  }

  private static void sweepIfUnused(Path folder) throws IOException {
    var lockFile = folder.resolve(LOCK);
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        || !Files.isRegularFile(lockFile, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var channel =
            FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        var lock = channel.tryLock()) {
      if (lock != null) {
        delete(folder);
      }
    } catch (OverlappingFileLockException e) {
      // Another restore of this very program works there.
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
