// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.BufferReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The bytes of an image that QEMU made, changed in a place or two. */
final class ImageBytes {
  private final byte[] bytes;

  private ImageBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  static ImageBytes of(Path image) {
    try {
      return new ImageBytes(Files.readAllBytes(image));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes an image, and writes into it as qemu-io is told. */
  static ImageBytes create(Path folder, String options, long size, String... writes) {
    var image = folder.resolve("made.qcow2");
    QemuImg.run(
        "qemu-img", "create", "-f", "qcow2", "-o", options, image.toString(), Long.toString(size));
    QemuImg.io(image, writes);
    return of(image);
  }

  /** A copy with other bytes at a place. */
  ImageBytes with(long at, String hex) {
    var copy = bytes.clone();
    var change = HexFormat.of().parseHex(hex);
    System.arraycopy(change, 0, copy, (int) at, change.length);
    return new ImageBytes(copy);
  }

  /** A copy with another number of 64 bits at a place. */
  ImageBytes with(long at, long value) {
    return with(at, HexFormat.of().toHexDigits(value));
  }

  /** A copy that ends early, or goes on with zeros. */
  ImageBytes withLength(int length) {
    return new ImageBytes(Arrays.copyOf(bytes, length));
  }

  long size() {
    return bytes.length;
  }

  long longAt(long at) {
    return buffer().getLong((int) at);
  }

  /** Where the L1 entry of the first window lies. */
  long l1() {
    return longAt(HeaderField.L1_OFFSET);
  }

  /** Where the L2 entry of the first cluster lies. */
  long l2() {
    return new L1Entry(longAt(l1())).l2Offset();
  }

  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  Qcow2Header header() {
    return Qcow2Header.parse(buffer(), size());
  }

  Qcow2Image open() {
    return Qcow2Image.open(new BufferReader("image", buffer()));
  }

  static void assertRefused(
      ThrowingCallable reading, Qcow2Exception.Reason reason, long field, String words) {
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(
            Qcow2Exception.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.hostOffset()).isEqualTo(field);
            })
        .hasMessageContaining(words);
  }
}
