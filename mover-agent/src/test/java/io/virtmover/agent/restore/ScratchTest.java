// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
  @TempDir private Path folder;

  @Test
  void closing_leavesNothing() throws IOException {
    // given
    var scratch = Scratch.in(folder);
    var nested = Files.createDirectories(scratch.folder().resolve("a/b"));
    Files.writeString(nested.resolve("layer-000.qcow2"), "bytes");

    // when
    scratch.close();

    // then
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void thatOfAKilledProgram_isSwept() throws IOException {
    // given
    var left = left("123");
    Files.writeString(left.resolve("layer-000.qcow2"), "bytes");

    // when
    Scratch.in(folder).close();

    // then
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void oneInUse_isNotSwept() throws IOException {
    try (var first = Scratch.in(folder);
        var second = Scratch.in(folder)) {
      assertThat(first.folder()).isDirectory();
      assertThat(second.folder()).isDirectory().isNotEqualTo(first.folder());
    }
  }

  /** Whatever has such a name without being a scratch folder is somebody else's. */
  @Test
  void whatOnlyLooksLikeOne_isLeftAlone(@TempDir Path elsewhere) throws IOException {
    // given
    var file = Files.writeString(folder.resolve(".virtmover-file"), "bytes");
    var unlocked = Files.createDirectory(folder.resolve(".virtmover-unlocked"));
    var target = Files.createFile(elsewhere.resolve("lock"));
    var link = Files.createSymbolicLink(folder.resolve(".virtmover-link"), elsewhere);
    var linkedLock = Files.createDirectory(folder.resolve(".virtmover-linked"));
    Files.createSymbolicLink(linkedLock.resolve("lock"), target);
    var other = Files.createDirectory(folder.resolve("virtmover-1"));
    Files.createFile(other.resolve("lock"));

    // when
    Scratch.in(folder).close();

    // then
    assertThat(folder).isDirectoryContaining(file::equals);
    assertThat(unlocked).isDirectory();
    assertThat(link).isSymbolicLink();
    assertThat(target).exists();
    assertThat(linkedLock.resolve("lock")).isSymbolicLink();
    assertThat(other.resolve("lock")).exists();
  }

  @Test
  void aLinkInside_isDeletedAndNotFollowed(@TempDir Path elsewhere) throws IOException {
    // given
    var precious = Files.writeString(elsewhere.resolve("precious"), "bytes");
    Files.createSymbolicLink(left("123").resolve("link"), elsewhere);

    // when
    Scratch.in(folder).close();

    // then
    assertThat(folder).isEmptyDirectory();
    assertThat(precious).exists();
  }

  @Test
  void aFolderThatIsNotThere_isTold() {
    assertThatThrownBy(() -> Scratch.in(folder.resolve("nowhere")).close())
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void freeBytes_areThoseOfTheFileSystem() throws IOException {
    assertThat(Scratch.freeBytes(folder))
        .isPositive()
        .isLessThanOrEqualTo(Files.getFileStore(folder).getTotalSpace());
  }

  private Path left(String name) throws IOException {
    var left = Files.createDirectory(folder.resolve(".virtmover-" + name));
    Files.createFile(left.resolve("lock"));
    return left;
  }
}
