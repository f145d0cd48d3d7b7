// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.BufferReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Whatever bytes come, the reader says so or reads; it never fails in another way. */
class Qcow2FuzzTest {
  private static final long READ_LIMIT = 2 << 20;

  @Provide
  Arbitrary<Path> seeds() {
    return Arbitraries.of(corpus("valid-"));
  }

  @Property(tries = 4000, shrinking = ShrinkingMode.OFF)
  void mutatedImages_areReadOrRefused(
      @ForAll("seeds") Path seed,
      @ForAll long randomSeed,
      @ForAll @IntRange(min = 1, max = 12) int changes)
      throws IOException {
    var random = new Random(randomSeed);
    var bytes = Files.readAllBytes(seed);
    for (var i = 0; i < changes; i++) {
      var header = random.nextInt(3) > 0;
      var at = random.nextInt(header ? Math.min(bytes.length, 120) : bytes.length);
      bytes[at] =
          random.nextBoolean() ? (byte) random.nextInt(256) : (byte) (0xff * random.nextInt(2));
    }
    var length = random.nextInt(5) == 0 ? random.nextInt(bytes.length) : bytes.length;
    readAll(ByteBuffer.wrap(bytes, 0, length).slice());
  }

  @Example
  void brokenImages_areRefused() throws IOException {
    for (var broken : corpus("broken-")) {
      var bytes = ByteBuffer.wrap(Files.readAllBytes(broken));
      assertThatThrownBy(
              () -> {
                var image = Qcow2Image.open(new BufferReader("broken", bytes));
                Qcow2Check.check(image);
              })
          .as(broken.toString())
          .isInstanceOf(Qcow2Exception.class);
      assertThat(Path.of(broken.toString().replace(".qcow2", ".txt"))).exists();
    }
  }

  private static void readAll(ByteBuffer bytes) {
    try {
      var image = Qcow2Image.open(new BufferReader("fuzzed", bytes));
      Qcow2Check.check(image);
      var size = Math.min(READ_LIMIT, image.geometry().virtualSize());
      image.read(0, ByteBuffer.allocate((int) size));
    } catch (Qcow2Exception e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static List<Path> corpus(String prefix) {
    try {
      var resource = Qcow2FuzzTest.class.getResource("/qcow2-corpus");
      assertThat(resource).isNotNull();
      try (var files = Files.list(Path.of(resource.toURI()))) {
        var found =
            files
                .filter(file -> file.getFileName().toString().startsWith(prefix))
                .filter(file -> file.toString().endsWith(".qcow2"))
                .sorted()
                .toList();
        assertThat(found).isNotEmpty();
        return found;
      }
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
