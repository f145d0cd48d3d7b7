// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import io.virtmover.agent.image.RandomReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file as a {@link RandomReader}, for tests. */
record FileBytes(String name, FileChannel channel, long size) implements RandomReader {
  static FileBytes of(Path path) {
    try {
      var channel = FileChannel.open(path);
      return new FileBytes(path.toString(), channel, channel.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void read(long offset, ByteBuffer into) {
    try {
      for (var at = offset; into.hasRemaining(); ) {
        var count = channel.read(into, at);
        if (count < 0) {
          throw new IllegalStateException("end of " + name);
        }
        at += count;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
