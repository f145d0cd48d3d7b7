// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.virtmover.agent.program.LoopDevice;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxFileTest {
  private static final int SIZE = 256 << 10;
  private static final int OPEN_FLAGS_RADIX = 8;
  private static final int CLOSED_IN_CHILDREN = 02000000;

  @TempDir private Path folder;
  private final byte[] content = new byte[SIZE];
  private Path file;

  @BeforeEach
  void write() throws IOException {
    Arrays.fill(content, (byte) 0xa5);
    file = Files.write(folder.resolve("disk"), content);
  }

  @Test
  void punchedBytes_readAsZeros_andTheRestStays() throws IOException {
    // when
    try (var open = LinuxFile.open(file)) {
      assertThat(open.punch(4096 + 100, 100_000)).isTrue();
    }

    // then
    Arrays.fill(content, 4096 + 100, 4096 + 100 + 100_000, (byte) 0);
    assertThat(file).hasBinaryContent(content);
  }

  @Test
  void punchingBeyondTheEnd_doesNotMakeTheFileLonger() throws IOException {
    // when
    try (var open = LinuxFile.open(file)) {
      assertThat(open.punch(SIZE - 10, SIZE)).isTrue();
    }

    // then
    Arrays.fill(content, SIZE - 10, SIZE, (byte) 0);
    assertThat(file).hasBinaryContent(content);
  }

  @Test
  void whatCannotBePunched_isTold() throws IOException {
    try (var none = LinuxFile.open(Path.of("/dev/null"));
        var open = LinuxFile.open(file)) {
      assertThat(none.punch(0, 4096)).isFalse();
      assertThat(open.punch(-1, 4096)).isFalse();
    }
    assertThat(file).hasBinaryContent(content);
  }

  @Test
  void itsPath_namesTheOpenFile_whateverBecomesOfItsName() throws IOException {
    try (var open = LinuxFile.open(file)) {
      // when
      Files.move(file, folder.resolve("moved"));
      Files.writeString(file, "another");

      // then
      assertThat(open.path()).hasBinaryContent(content);
    }
  }

  @Test
  void programsThatAreStarted_doNotInheritIt() throws IOException {
    try (var open = LinuxFile.open(file)) {
      var about = Path.of("/proc/self/fdinfo", open.path().getFileName().toString());
      var flags =
          Files.readAllLines(about).stream()
              .filter(line -> line.startsWith("flags:"))
              .map(line -> line.replaceAll("\\D", ""))
              .findFirst();
      assertThat(flags)
          .hasValueSatisfying(
              octal ->
                  assertThat(Integer.parseInt(octal, OPEN_FLAGS_RADIX) & CLOSED_IN_CHILDREN)
                      .isNotZero());
    }
  }

  @Test
  void onceClosed_itIsNotOpenAnyMore() throws IOException {
    // given
    var open = LinuxFile.open(file);
    var path = open.path();
    assertThat(Files.isSameFile(path, file)).isTrue();

    // when
    open.close();

    // then: the number may be another file's by now
    assertThat(Files.exists(path) && Files.isSameFile(path, file)).isFalse();
  }

  @Test
  void whatCannotBeOpened_isNamed() {
    var nowhere = folder.resolve("nowhere");
    assertThatThrownBy(() -> LinuxFile.open(nowhere).close())
        .isInstanceOfSatisfying(
            FileSystemException.class, e -> assertThat(e.getFile()).isEqualTo(nowhere.toString()));
    assertThatThrownBy(() -> LinuxFile.open(folder).close())
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void aDevice_isClaimedByOneAtATime() throws IOException {
    assumeTrue(LoopDevice.isPossible(), "loop devices need root");
    try (var device = LoopDevice.create(folder.resolve("backing"), 1 << 20)) {
      // given
      var claimed = LinuxFile.claim(device.path());

      // then
      assertThatThrownBy(() -> LinuxFile.claim(device.path()).close())
          .isInstanceOf(LinuxFile.BusyException.class)
          .hasMessageContaining("Device or resource busy");
      LinuxFile.open(device.path()).close();

      // when
      claimed.close();

      // then
      LinuxFile.claim(device.path()).close();
    }
  }
}
