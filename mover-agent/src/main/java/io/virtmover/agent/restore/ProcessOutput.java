// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Takes everything a program says, so that it never waits for a reader, and keeps its beginning.
 */
final class ProcessOutput {
  private static final int KEPT_BYTES = 8192;
  private static final int LINE = 500;

  private final InputStream from;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final Thread reader;
  private volatile long count;

  ProcessOutput(InputStream from) {
    this.from = from;
    this.reader = Thread.ofVirtual().start(this::drain);
  }

  /** Bytes so far. */
  long count() {
    return count;
  }

  /** What was said, as one line without control characters, once the program has ended. */
  String line(Duration patience) {
    try {
      var _ = reader.join(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String text;
    synchronized (kept) {
      text = kept.toString(StandardCharsets.UTF_8);
    }
    var line = text.strip().replaceAll("\\s*\\R\\s*", "; ").replaceAll("\\p{Cntrl}", "?");
    return line.isEmpty() ? "it did not say why" : line.substring(0, Math.min(LINE, line.length()));
  }

  private void drain() {
    var buffer = new byte[KEPT_BYTES];
    var total = 0L;
    try (from) {
      for (var read = from.read(buffer); read >= 0; read = from.read(buffer)) {
        synchronized (kept) {
          kept.write(buffer, 0, Math.min(read, KEPT_BYTES - kept.size()));
        }
        total += read;
        count = total;
      }
    } catch (IOException e) {
      // The program has ended; what it said until then is kept.
    }
  }
}
