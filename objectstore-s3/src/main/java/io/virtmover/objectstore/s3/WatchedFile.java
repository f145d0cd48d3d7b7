// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a file holds, read again when the file has changed: credentials are rotated while a backup
 * runs. A new content that cannot be read leaves the old one in force, because it may be half
 * written; it is tried again at the next look. Thread-safe.
 */
final class WatchedFile<T> {
  private record Stamp(FileTime modified, long size, @Nullable Object file) {}

  private final Path file;
  private final Function<Path, T> reader;
  private Optional<Stamp> seen;
  private T content;

  /** Reads it for the first time; what fails then is the caller's. */
  WatchedFile(Path file, Function<Path, T> reader) {
    this.file = file;
    this.reader = reader;
    this.seen = stamp();
    this.content = reader.apply(file);
  }

  synchronized T content() {
    var now = stamp();
    if (now.isPresent() && !now.equals(seen)) {
      try {
        content = reader.apply(file);
        seen = now;
      } catch (VirtMoverException e) {
        // Half written; the old content is still good for a while.
      }
    }
    return content;
  }

  private Optional<Stamp> stamp() {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
