// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTargetTest {
  private static final int MIB = 1 << 20;
  private static final int SIZE = 4 * MIB;
  private static final String WHAT = "a1".repeat(32);

  @TempDir private Path folder;

  @Test
  void aLink_isFollowedAndStays() throws IOException {
    // given
    var file = Files.write(folder.resolve("disk"), used());
    var link = Files.createSymbolicLink(folder.resolve("link"), file);

    // when
    restore(link);

    // then
    assertThat(link).isSymbolicLink();
    assertThat(Files.readAllBytes(file)).isEqualTo(restored());
  }

  @Test
  void aLinkThatLeadsNowhere_isRefused() throws IOException {
    var link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("gone"));
    assertRefused(link, "does not exist; name the file itself");
    assertThat(folder).isDirectoryContaining(path -> path.equals(link));
  }

  @Test
  void whatIsNeitherAFileNorABlockDevice_isRefused() {
    var pipe = folder.resolve("pipe");
    QemuImg.run("mkfifo", pipe.toString());
    assertRefused(pipe, "it is neither a file nor a block device");
    assertRefused(Path.of("/dev/zero"), "it is neither a file nor a block device");
    assertRefused(folder, "it is a folder");
  }

  @Test
  void aFileThatAnotherRestoreWrites_isRefused() throws IOException {
    var file = Files.write(folder.resolve("disk"), used());
    try (var _ = DiskTarget.open(file, SIZE, WHAT)) {
      assertRefused(file, "another restore is writing to it");
    }
    restore(file);
  }

  @Test
  void aFileThatAppearsMeanwhile_isNotReplaced() throws IOException {
    var file = folder.resolve("disk");
    try (var target = DiskTarget.open(file, SIZE, WHAT)) {
      target.zero(0, SIZE);
      Files.writeString(file, "somebody else's");
      assertThatThrownBy(target::finish)
          .isInstanceOf(VirtMoverException.class)
          .hasMessageContaining("another file of that name appeared meanwhile");
    }
    assertThat(file).hasContent("somebody else's");
  }

  /** The restore was killed between the two steps that give a new file its name. */
  @Test
  void aDiskThatHasMovedOn_isNotWrittenByItsSecondName() throws IOException {
    // given
    var file = folder.resolve("disk");
    restore(file);
    var partial = Files.createLink(folder.resolve("disk.partial"), file);
    var moved = Files.move(file, folder.resolve("vm.raw"));

    // when
    try (var target = DiskTarget.open(file, SIZE, WHAT)) {
      target.mark(0);
      assertThat(partial).hasSize(SIZE);
      assertRefused(file, "another restore is writing to it");
    }

    // then
    assertThat(Files.readAllBytes(moved)).isEqualTo(restored());
    restore(file);
    assertThat(partial).doesNotExist();
  }

  @Nested
  class GivenABlockDevice {
    private final Deque<String[]> undo = new ArrayDeque<>();
    private Path device = Path.of("");

    private void attach(String... options) throws IOException {
      assumeTrue(canLoop(), "loop devices need root");
      var backing = Files.write(folder.resolve("backing"), used());
      device = loop(backing, options);
    }

    private Path loop(Path backing, String... options) {
      var line = new ArrayList<>(List.of("losetup", "--find", "--show"));
      line.addAll(List.of(options));
      line.add(backing.toString());
      var loop = QemuImg.run(line.toArray(String[]::new)).strip();
      undo.push(new String[] {"losetup", "--detach", loop});
      return Path.of(loop);
    }

    @AfterEach
    void detach() {
      undo.forEach(QemuImg::run);
    }

    @Test
    void whenNothingUsesIt_thenItIsRestored() throws IOException {
      attach();
      restore(device);
      assertThat(Files.readAllBytes(device)).isEqualTo(restored());
    }

    @Test
    void whenALinkNamesIt_thenItIsRestored() throws IOException {
      attach();
      var link = Files.createSymbolicLink(folder.resolve("by-id"), device);
      restore(link);
      assertThat(link).isSymbolicLink();
      assertThat(Files.readAllBytes(device)).isEqualTo(restored());
    }

    @Test
    void whenItIsMounted_thenItIsRefusedAndKeepsWhatItHas() throws IOException {
      // given
      attach();
      QemuImg.run("mkfs.ext4", "-q", "-F", device.toString());
      var mount = Files.createDirectory(folder.resolve("mount point"));
      // Read-only: ext4 goes on writing its inode tables for a while after it was mounted for
      // writing.
      QemuImg.run("mount", "-o", "ro", device.toString(), mount.toString());
      undo.push(new String[] {"umount", mount.toString()});
      QemuImg.run("sync");
      var before = Files.readAllBytes(device);

      // then
      assertRefused(device, "it is mounted on " + mount);
      assertThat(Files.readAllBytes(device)).isEqualTo(before);
      assertRefused(folder.resolve("backing"), "it is what " + device + " is made of");
    }

    @Test
    void whenOneOfItsPartitionsIsMounted_thenItIsRefused() throws IOException {
      // given
      attach();
      partition();
      QemuImg.run("losetup", "--detach", undo.pop()[2]);
      device = loop(folder.resolve("backing"), "--partscan");
      var partition = Path.of(device + "p1");
      assumeTrue(Files.exists(partition), "the kernel makes no partitions of loop devices");
      QemuImg.run("mkfs.ext4", "-q", "-F", partition.toString());
      var mount = Files.createDirectory(folder.resolve("mount"));
      QemuImg.run("mount", partition.toString(), mount.toString());
      undo.push(new String[] {"umount", mount.toString()});

      // then
      assertRefused(
          device, "it has partition %s, which is mounted on %s".formatted(name(partition), mount));
      assertRefused(partition, "it is mounted on " + mount);
    }

    @Test
    void whenItIsSwap_thenItIsRefused() throws IOException {
      // given
      attach();
      QemuImg.run("mkswap", device.toString());
      QemuImg.run("swapon", device.toString());
      undo.push(new String[] {"swapoff", device.toString()});

      // then
      assertRefused(device, "it is used as swap");
    }

    @Test
    void whenAnotherLoopDeviceIsMadeOfIt_thenItIsRefused() throws IOException {
      attach();
      var upper = loop(device);
      assertRefused(device, "it is what %s is made of".formatted(upper));
    }

    @Test
    void whenDeviceMapperHoldsIt_thenItIsRefused() throws IOException {
      // given
      attach();
      assumeTrue(Files.exists(Path.of("/dev/mapper/control")) && canMap(), "no device mapper here");
      undo.push(new String[] {"dmsetup", "remove", "virtmover-test"});

      // then
      assertRefused(device, "(virtmover-test)");
    }

    @Test
    void whenItIsReadOnly_thenItIsRefused() throws IOException {
      attach("--read-only");
      assertRefused(device, "it is read-only");
    }

    @Test
    void whenItIsTooSmall_thenItIsRefused() throws IOException {
      attach();
      assertThatThrownBy(() -> DiskTarget.open(device, SIZE + 512, WHAT))
          .hasMessageContaining("it has %d bytes, the disk needs %d".formatted(SIZE, SIZE + 512));
      restore(device);
    }

    @Test
    void whenAnotherRestoreWritesIt_thenTheSecondIsRefused() throws IOException {
      attach();
      QemuImg.run("mkfs.ext4", "-q", "-F", device.toString());
      try (var _ = DiskTarget.open(device, SIZE, WHAT)) {
        assertRefused(device, "another program has claimed it: another restore, or");
        assertThatThrownBy(() -> mount(device)).hasMessageContaining("busy");
      }
      restore(device);
    }

    private void mount(Path what) throws IOException {
      QemuImg.run(
          "mount", what.toString(), Files.createDirectory(folder.resolve("late")).toString());
    }

    private boolean canMap() {
      try {
        QemuImg.run(
            "dmsetup",
            "create",
            "virtmover-test",
            "--table",
            "0 2048 linear %s 0".formatted(device));
        return true;
      } catch (AssertionError e) {
        return false;
      }
    }

    /** One partition, as a master boot record has it. */
    private void partition() throws IOException {
      var sector = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
      sector.put(446 + 4, (byte) 0x83).putInt(446 + 8, 2048).putInt(446 + 12, SIZE / 512 - 2048);
      sector.put(510, (byte) 0x55).put(511, (byte) 0xaa);
      var bytes = Files.readAllBytes(folder.resolve("backing"));
      sector.get(0, bytes, 0, 512);
      Files.write(device, bytes);
    }

    private static String name(Path path) {
      return String.valueOf(path.getFileName());
    }
  }

  private static boolean canLoop() {
    try {
      return !QemuImg.run("losetup", "--find").isBlank();
    } catch (AssertionError e) {
      return false;
    }
  }

  private static byte[] used() {
    var bytes = new byte[SIZE];
    Arrays.fill(bytes, (byte) 0xa5);
    return bytes;
  }

  private static byte[] restored() {
    var bytes = new byte[SIZE];
    Arrays.fill(bytes, 0, SIZE / 2, (byte) 7);
    return bytes;
  }

  private static void restore(Path path) {
    try (var target = DiskTarget.open(path, SIZE, WHAT)) {
      target.mark(0);
      target.write(0, ByteBuffer.wrap(restored(), 0, SIZE / 2));
      target.zero(SIZE / 2, SIZE / 2);
      target.finish();
    }
  }

  private static void assertRefused(Path path, String why) {
    assertThatThrownBy(() -> DiskTarget.open(path, SIZE, WHAT).close())
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.TARGET))
        .hasMessageContaining(why);
  }
}
