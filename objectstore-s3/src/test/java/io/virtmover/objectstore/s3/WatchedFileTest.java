// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFileTest {
  @TempDir private Path folder;
  private final List<String> reads = new ArrayList<>();
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("f"), "first");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
  }

  @Test
  void shouldReadAFileOnceWhileItStaysTheSame() {
    // given
    var watched = watched();

    // then
    assertThat(watched.content()).isEqualTo("first");
    assertThat(watched.content()).isEqualTo("first");
    assertThat(reads).hasSize(1);
  }

  @Test
  void shouldNoticeAnotherTimeAnotherSizeAndAnotherFile() throws IOException {
    // given
    var watched = watched();

    // then
    Files.writeString(file, "other");
    Files.setLastModifiedTime(file, FileTime.fromMillis(2000));
    assertThat(watched.content()).as("same size").isEqualTo("other");

    Files.writeString(file, "longer");
    Files.setLastModifiedTime(file, FileTime.fromMillis(2000));
    assertThat(watched.content()).as("same time").isEqualTo("longer");

    var next = Files.writeString(folder.resolve("next"), "sudden");
    Files.setLastModifiedTime(next, FileTime.fromMillis(2000));
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(watched.content()).as("same size and time").isEqualTo("sudden");
  }

  @Test
  void shouldKeepWhatItHasWhileTheFileIsGoneOrHalfWritten() throws IOException {
    // given
    var watched = watched();

    // then
    Files.writeString(file, "half");
    assertThat(watched.content()).isEqualTo("first");
    assertThat(watched.content()).isEqualTo("first");
    assertThat(reads).as("tried at each look").containsExactly("first", "half", "half");
    Files.delete(file);
    assertThat(watched.content()).isEqualTo("first");
    Files.writeString(file, "second");
    assertThat(watched.content()).isEqualTo("second");
  }

  @Test
  void shouldFailAtOnceWhereTheFirstContentCannotBeRead() throws IOException {
    Files.writeString(file, "half");
    assertThatThrownBy(this::watched).hasMessage("half written");
  }

  private WatchedFile<String> watched() {
    return new WatchedFile<>(file, this::read);
  }

  private String read(Path path) {
    try {
      var text = Files.readString(path);
      reads.add(text);
      if (text.equals("half")) {
        throw new VirtMoverException(FailureKind.INVALID_REQUEST, "half written");
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
