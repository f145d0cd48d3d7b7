// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.qcow2.EveryEntryKind;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.domain.BackupType;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that KubeVirt pushed, or should have. */
@Timeout(120)
class PushSourceTest {
  @TempDir private Path folder;

  static Stream<EveryEntryKind> everyEntryKind() {
    return EveryEntryKind.all();
  }

  @ParameterizedTest
  @MethodSource("everyEntryKind")
  void everyKindOfEntry_isReadAsByQemu(EveryEntryKind kinds) throws IOException {
    // given
    var image = kinds.create(folder, "image.qcow2");
    var wanted = folder.resolve("wanted.raw");
    QemuImg.toRaw(image, wanted);

    // when
    var bytes = ByteBuffer.allocate((int) kinds.size());
    try (var source = PushSource.open(image, BackupType.FULL)) {
      var geometry = new Geometry(source.virtualSize(), source.maxClusterBits());
      var map = new ClusterMap(geometry);
      source.map(map);
      map.forEachRun(
          (first, clusters, status) -> {
            var start = geometry.offsetOf(first);
            var end = Math.min(geometry.offsetOf(first + clusters), geometry.virtualSize());
            if (status == ClusterStatus.DATA) {
              source.read(start, bytes.slice((int) start, (int) (end - start)));
            }
          });
      source.checkUnchanged();
    }

    // then
    assertThat(bytes.array()).isEqualTo(Files.readAllBytes(wanted));
  }

  @Test
  void whatIsNoFile_isRefusedAtOnce() throws Exception {
    var pipe = folder.resolve("pipe");
    new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    assertRefused(pipe, "named pipe");
    assertRefused(folder, "directory");
    assertRefused(Path.of("/dev/null"), "device");
    assertRefused(folder.resolve("missing"), "no such file");
    assertRefused(
        Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("missing")),
        "link to a file that does not exist");
    assertRefused(Files.createSymbolicLink(folder.resolve("to-pipe"), pipe), "named pipe");
  }

  @Test
  void aLinkToAFile_isReadAndNoticedWhenItLeadsElsewhere() throws IOException {
    // given
    var kinds = new EveryEntryKind("compat=1.1", 16);
    var image = kinds.create(folder, "image.qcow2");
    var copy = Files.copy(image, folder.resolve("copy.qcow2"));
    Files.setLastModifiedTime(copy, Files.getLastModifiedTime(image));
    var link = Files.createSymbolicLink(folder.resolve("link"), image);

    try (var source = PushSource.open(link, BackupType.FULL)) {
      source.checkUnchanged();

      // when
      Files.delete(link);
      Files.createSymbolicLink(link, copy);

      // then
      assertThatThrownBy(source::checkUnchanged).hasMessageContaining("changed while it was read");
    }
  }

  @Test
  void anEmptyDiskAndSubclusters_areUnsupported() {
    var empty = folder.resolve("empty.qcow2");
    QemuImg.run("qemu-img", "create", "-f", "qcow2", empty.toString(), "0");
    assertUnsupported(empty, "a disk of 0 bytes");

    var extended = folder.resolve("extended.qcow2");
    QemuImg.run(
        "qemu-img", "create", "-f", "qcow2", "-o", "extended_l2=on", extended.toString(), "4M");
    assertUnsupported(extended, "extended L2 entries (subclusters)");
  }

  @Test
  void aBackingNameThatIsNoPath_isNotRepeated() {
    var image = folder.resolve("image.qcow2");
    QemuImg.run("qemu-img", "create", "-f", "qcow2", image.toString(), "4M");
    QemuImg.rebase(image, "raw", "https://user:secret@host/disk");
    assertThatThrownBy(() -> PushSource.open(image, BackupType.FULL))
        .hasMessageContaining("names a backing file")
        .message()
        .doesNotContain("secret");
  }

  private static void assertUnsupported(Path image, String message) {
    assertThatThrownBy(() -> PushSource.open(image, BackupType.FULL))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((VirtMoverException) e).kind())
        .isEqualTo(FailureKind.UNSUPPORTED);
  }

  private static void assertRefused(Path path, String message) {
    assertThatThrownBy(() -> PushSource.open(path, BackupType.FULL))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((VirtMoverException) e).kind())
        .isEqualTo(FailureKind.INVALID_REQUEST);
  }
}
