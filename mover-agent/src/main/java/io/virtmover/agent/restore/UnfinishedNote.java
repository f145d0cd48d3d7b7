// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The note in the first bytes of a target that is being restored. It makes the disk unusable for a
 * guest (no boot sector, no partition table), tells people what happened, and lets the next run of
 * the same restore go on where this one was.
 *
 * <pre>
 *   VIRTMOVER UNFINISHED RESTORE 1
 *   what: ...     64 hex digits, what is being restored
 *   done: ...     guest offset below which everything is durable
 *   check: ...    CRC32C of the lines above
 * </pre>
 */
record UnfinishedNote(String what, long done) {
  static final int LENGTH = 4096;
  private static final Pattern FORM =
      Pattern.compile(
          "(VIRTMOVER UNFINISHED RESTORE 1\nwhat: ([0-9a-f]{64})\ndone: ([0-9]{1,18})\n)check: ([0-9a-f]{8})\n\0*",
          Pattern.DOTALL);

  ByteBuffer encode() {
    var lines = "VIRTMOVER UNFINISHED RESTORE 1\nwhat: %s\ndone: %d\n".formatted(what, done);
    var text = lines + "check: " + check(lines) + "\n";
    return ByteBuffer.allocate(LENGTH).put(text.getBytes(StandardCharsets.US_ASCII)).clear();
  }

  /** The progress a note records, if it is one and is about {@code what}. */
  static OptionalLong progress(ByteBuffer bytes, String what) {
    return read(bytes)
        .filter(note -> note.what.equals(what))
        .map(note -> OptionalLong.of(note.done))
        .orElse(OptionalLong.empty());
  }

  private static Optional<UnfinishedNote> read(ByteBuffer bytes) {
    var text = StandardCharsets.ISO_8859_1.decode(bytes.duplicate());
    var form = FORM.matcher(text);
    if (!form.matches() || !check(form.group(1)).equals(form.group(4))) {
      return Optional.empty();
    }
    return Optional.of(new UnfinishedNote(form.group(2), Long.parseLong(form.group(3))));
  }

  private static String check(String lines) {
    var crc = new CRC32C();
    crc.update(lines.getBytes(StandardCharsets.US_ASCII));
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }
}
