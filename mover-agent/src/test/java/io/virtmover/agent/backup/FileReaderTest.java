// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileReaderTest {
  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir private Path folder;

  @Test
  void anInterruptedRead_doesNotEndTheOthers() throws IOException {
    var path = Files.write(folder.resolve("file"), CONTENT);
    var file = FileReader.open(path);
    try {
      // given
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(1)))
          .isInstanceOfSatisfying(
              VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CANCELED));
      assertThat(Thread.interrupted()).isTrue();

      // when
      var bytes = ByteBuffer.allocate(CONTENT.length);
      file.read(0, bytes);

      // then
      assertThat(bytes.array()).isEqualTo(CONTENT);
    } finally {
      file.close();
    }
    assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(1)))
        .isInstanceOf(VirtMoverException.class);
  }
}
