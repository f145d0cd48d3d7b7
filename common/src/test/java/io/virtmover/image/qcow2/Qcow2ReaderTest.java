// SPDX-License-Identifier: Apache-2.0
package io.virtmover.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Qcow2ReaderTest {
  private static final long SIZE = (64L << 20) + 1536;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "compat=1.1,                          false",
    "'compat=1.1,cluster_size=512',       false",
    "'compat=1.1,cluster_size=256k',      false",
    "'compat=1.1,cluster_size=2M',        false",
    "compat=0.10,                         false",
    "compat=1.1,                          true",
    "'compat=1.1,refcount_bits=1',        false",
    "'compat=1.1,preallocation=metadata', false",
  })
  void shouldReadWhatQemuImgReads(String options, boolean compressed) throws IOException {
    // given
    var image = anImage(options, compressed);
    var raw = folder.resolve("raw");
    QemuImg.toRaw(image, raw);

    // when
    byte[] read;
    try (var file = FileBytes.of(image)) {
      var opened = Qcow2Image.open(file);
      Qcow2Check.check(opened);
      var bytes = ByteBuffer.allocate((int) opened.geometry().virtualSize());
      opened.read(0, bytes);
      read = bytes.array();
    }

    // then
    assertThat(read).isEqualTo(Files.readAllBytes(raw));
  }

  private Path anImage(String options, boolean compressed) {
    var image = folder.resolve("image.qcow2");
    QemuImg.run(
        "qemu-img", "create", "-f", "qcow2", "-o", options, image.toString(), Long.toString(SIZE));
    QemuImg.io(
        image,
        "write -P 0x11 0 1M",
        "write -P 0x22 5M 3M",
        "write -P 0x33 6553600 4096",
        "write -z 7M 512k",
        "discard 5M 64k",
        "write -P 0x44 %d 1536".formatted(SIZE - 1536));
    if (!compressed) {
      return image;
    }
    var packed = folder.resolve("packed.qcow2");
    QemuImg.run("qemu-img", "convert", "-c", "-O", "qcow2", image.toString(), packed.toString());
    return packed;
  }
}
