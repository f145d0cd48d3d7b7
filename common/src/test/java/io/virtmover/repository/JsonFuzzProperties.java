// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.Assertions;

/** Whatever the bucket returns, reading ends soon and with an answer or an error of ours. */
class JsonFuzzProperties {
  private static final List<FailureKind> EXPECTED =
      List.of(
          FailureKind.CORRUPT_BACKUP,
          FailureKind.CHAIN_BROKEN,
          FailureKind.UNSUPPORTED,
          FailureKind.CONFLICT);
  private static final List<String> PIECES =
      List.of(
          "null",
          "\"\"",
          "{}",
          "[]",
          "-1",
          "1e999999999",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"..\"",
          "true",
          "9223372036854775808",
          "\"/\"",
          ",",
          ":",
          "}",
          "]",
          "\"",
          "\\",
          "\u0000",
          "[".repeat(100) + "]".repeat(100),
          "\"id\":\"x\",",
          "\"ID\":\"x\",");

  @Property(tries = 1500)
  void damagedDocumentsAreRefusedOrRead(
      @ForAll DocumentReader reader,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int hits)
      throws IOException {
    // given
    var random = new Random(seed);
    var document = valid(reader);
    for (var hit = 0; hit < hits; hit++) {
      document = damaged(document, random);
    }
    var bytes = document;

    // then
    Assertions.assertThatNoException()
        .isThrownBy(
            () ->
                org.junit.jupiter.api.Assertions.assertTimeout(
                    Duration.ofSeconds(5), () -> readIt(reader, bytes)));
  }

  private static void readIt(DocumentReader reader, byte[] bytes) {
    try {
      reader.read(bytes);
    } catch (VirtMoverException e) {
      assertThat(e.kind()).as(e.getMessage()).isIn(EXPECTED);
      assertThat(e.getMessage()).hasLineCount(1);
    }
  }

  private static byte[] valid(DocumentReader reader) throws IOException {
    var name =
        switch (reader) {
          case INDEX -> "index.json";
          case MANIFEST -> "manifest.json";
          case RECORD -> "checkpoint.json";
          case LIST -> "backup-index.json";
        };
    return Files.readAllBytes(Path.of("src/test/resources/golden/v1", name));
  }

  private static byte[] damaged(byte[] document, Random random) {
    if (document.length == 0) {
      return document;
    }
    var at = random.nextInt(document.length);
    var length = Math.min(random.nextInt(40), document.length - at);
    return switch (random.nextInt(5)) {
      case 0 -> Arrays.copyOf(document, at);
      case 1 -> {
        var flipped = document.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
      case 2 -> spliced(document, at, length, new byte[0]);
      case 3 -> spliced(document, at, 0, Arrays.copyOfRange(document, at, at + length));
      default -> spliced(document, valueAt(document, at), valueLength(document, at), piece(random));
    };
  }

  private static byte[] piece(Random random) {
    return PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
  }

  /** Where the value of the first key after an offset begins, else the offset. */
  private static int valueAt(byte[] document, int at) {
    var colon = new String(document, StandardCharsets.ISO_8859_1).indexOf(": ", at);
    return colon < 0 ? at : colon + 2;
  }

  private static int valueLength(byte[] document, int at) {
    var text = new String(document, StandardCharsets.ISO_8859_1);
    var begin = valueAt(document, at);
    var end = text.indexOf('\n', begin);
    var length = (end < 0 ? text.length() : end) - begin;
    return length > 0 && text.charAt(begin + length - 1) == ',' ? length - 1 : length;
  }

  private static byte[] spliced(byte[] document, int at, int length, byte[] with) {
    var result = new byte[document.length - length + with.length];
    System.arraycopy(document, 0, result, 0, at);
    System.arraycopy(with, 0, result, at, with.length);
    System.arraycopy(
        document, at + length, result, at + with.length, document.length - at - length);
    return result;
  }
}
