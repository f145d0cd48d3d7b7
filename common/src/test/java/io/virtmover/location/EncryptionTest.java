// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncryptionTest {
  @TempDir private Path folder;

  /** A secret is exactly the key; of a file Velero takes the first bytes. */
  @ParameterizedTest
  @CsvSource({
    "31,   false, false",
    "32,   true,  true",
    "33,   false, true",
    "5000, false, true",
    "0,    false, false",
  })
  void shouldTakeAKeyOf32Bytes(int length, boolean asSecret, boolean asFile) throws IOException {
    var file = Files.write(folder.resolve("key"), bytes(length));
    assertTaken(asSecret, Encryption.CustomerKey::ofSecret, file, "exactly");
    assertTaken(asFile, Encryption.CustomerKey::ofFile, file, "at least");
  }

  private static void assertTaken(
      boolean taken, Function<Path, Encryption.CustomerKey> reader, Path file, String how) {
    if (taken) {
      assertThat(reader.apply(file).key()).isEqualTo(ByteBuffer.wrap(bytes(32)));
    } else {
      assertThatThrownBy(() -> reader.apply(file))
          .hasMessage("The customer key %s must hold %s 32 bytes.".formatted(file, how));
    }
  }

  private static byte[] bytes(int length) {
    var bytes = new byte[length];
    Arrays.fill(bytes, (byte) 7);
    return bytes;
  }

  @Test
  void shouldSayWhyAKeyCannotBeRead() {
    assertThatThrownBy(() -> Encryption.CustomerKey.ofFile(folder.resolve("none")))
        .hasMessage(
            "Cannot read the customer key %s: there is no such file."
                .formatted(folder.resolve("none")));
  }

  @Test
  void shouldNotBeMadeOfAnythingElse() {
    assertThatThrownBy(() -> new Encryption.CustomerKey(ByteBuffer.allocate(31)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
