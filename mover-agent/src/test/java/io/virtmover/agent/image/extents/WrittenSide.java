// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.BufferReader;
import io.virtmover.agent.image.Geometry;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * An {@code .extents} object in memory. It can be changed and keeps right checksums: what no bit
 * flip leaves, only another version or a writer that is wrong.
 */
public final class WrittenSide {
  /** What the object is called. */
  static final String NAME = "x.extents";

  private static final int DIRECTORY_CHECKSUM = 76;
  private static final int ENTRY_PAGE_LENGTH = 4;
  private static final int ENTRY_PAGE_OFFSET = 8;
  private static final int ENTRY_CHECKSUM = 24;

  private final ByteBuffer bytes;
  private final int footer;
  private final int directory;
  private final int entries;

  private WrittenSide(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
    this.footer = bytes.length - ExtentsFormat.FOOTER_LENGTH;
    this.directory = (int) this.bytes.getLong(footer + 64);
    this.entries = (footer - directory) / ExtentsFormat.ENTRY_LENGTH;
  }

  /** A copy of one that was written. */
  public static WrittenSide of(byte[] bytes) {
    return new WrittenSide(bytes.clone());
  }

  /** Writes one for an image that is all windows: it ends where its tables would begin. */
  static WrittenSide of(Geometry geometry, long imageSize, Consumer<ExtentsWriter> pages) {
    var out = new ByteArrayOutputStream();
    var writer = new ExtentsWriter(geometry, piece -> append(out, piece));
    pages.accept(writer);
    writer.finish(true, imageSize, imageSize, 0, 0, ByteBuffer.allocate(32));
    return new WrittenSide(out.toByteArray());
  }

  int length() {
    return bytes.capacity();
  }

  int directoryLength() {
    return footer - directory;
  }

  /** Changes a number of 32 bits in the footer. */
  public WrittenSide footerInt(int at, int value) {
    bytes.putInt(footer + at, value);
    return sealed();
  }

  /** Changes a number of 64 bits in the footer. */
  WrittenSide footerLong(int at, long value) {
    bytes.putLong(footer + at, value);
    return sealed();
  }

  /** Changes a number of 32 bits in an entry of the directory. */
  WrittenSide entryInt(int entry, int at, int value) {
    bytes.putInt(directory + entry * ExtentsFormat.ENTRY_LENGTH + at, value);
    return sealed();
  }

  /** Changes a number of 64 bits in an entry of the directory. */
  WrittenSide entryLong(int entry, int at, long value) {
    bytes.putLong(directory + entry * ExtentsFormat.ENTRY_LENGTH + at, value);
    return sealed();
  }

  /** Changes any byte. */
  WrittenSide anyByte(int at, int value) {
    bytes.put(at, (byte) value);
    return sealed();
  }

  /** Flips a bit and leaves the checksums as they are. */
  WrittenSide flipped(int at) {
    bytes.put(at, (byte) (bytes.get(at) ^ 1));
    return this;
  }

  /** The object, opened. */
  Extents open() {
    return Extents.open(new BufferReader(NAME, bytes.duplicate()));
  }

  /** Fails unless the reading says what is wrong with the object. */
  static void assertDamaged(ThrowingCallable reading, String why) {
    assertRefused(
        reading,
        FailureKind.CORRUPT_BACKUP,
        "The side object %s is damaged: %s.".formatted(NAME, why));
  }

  static void assertRefused(ThrowingCallable reading, FailureKind kind, String message) {
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessage(message);
  }

  /** Keeps what a writer emits. */
  public static void append(ByteArrayOutputStream out, ByteBuffer piece) {
    var copy = new byte[piece.remaining()];
    piece.duplicate().get(copy);
    out.writeBytes(copy);
  }

  /** The whole object. */
  public byte[] array() {
    return bytes.array().clone();
  }

  private WrittenSide sealed() {
    for (var entry = 0; entry < entries; entry++) {
      var at = directory + entry * ExtentsFormat.ENTRY_LENGTH;
      var page = bytes.getLong(at + ENTRY_PAGE_OFFSET);
      var length = bytes.getInt(at + ENTRY_PAGE_LENGTH);
      if (page >= 0 && length >= 0 && page <= directory - length) {
        bytes.putInt(at + ENTRY_CHECKSUM, crc((int) page, length));
      }
    }
    bytes.putInt(footer + DIRECTORY_CHECKSUM, crc(directory, footer - directory));
    var end = ExtentsFormat.FOOTER_LENGTH - Integer.BYTES;
    bytes.putInt(footer + end, crc(footer, end));
    return this;
  }

  private int crc(int from, int length) {
    var crc = new CRC32C();
    crc.update(bytes.slice(from, length));
    return (int) crc.getValue();
  }
}
