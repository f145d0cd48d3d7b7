// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.agent.progress.Progress;
import io.virtmover.agent.restore.RestoreJob;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VolumeName;
import io.virtmover.repository.VmRepository;
import io.virtmover.transfer.Restore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;

/**
 * The files of a VM's push backups, made by the real qemu-img: a full of two disks, and increments
 * on it that differ in nothing but the content of their clusters. One disk's increment is several
 * parts large, the other's fits into one.
 */
final class PushedVm {
  static final String LARGE = "rootdisk";
  static final String SMALL = "data";

  private static final int SIZE = 24 << 20;
  private static final Map<String, Integer> CHANGED = Map.of(LARGE, 12 << 20, SMALL, 1 << 20);

  private final Path folder;

  PushedVm(Path folder) {
    this.folder = folder;
  }

  /** The disk's content after a backup. */
  Path raw(String backup, String disk) {
    return folder.resolve("%s-%s.raw".formatted(backup, disk));
  }

  /** What KubeVirt pushed. */
  Path pushed(String backup, String disk) {
    return folder.resolve("%s-%s.qcow2".formatted(backup, disk));
  }

  Map<String, Path> pushed(String backup) {
    var files = new TreeMap<String, Path>();
    CHANGED.keySet().forEach(disk -> files.put(disk, pushed(backup, disk)));
    return files;
  }

  void full(String backup, long seed) throws IOException {
    for (var disk : CHANGED.keySet()) {
      var raw = raw(backup, disk);
      fill(raw, seed, 1 << 20);
      QemuImg.run(
          "qemu-img",
          "convert",
          "-f",
          "raw",
          "-O",
          "qcow2",
          raw.toString(),
          pushed(backup, disk).toString());
    }
  }

  /** An increment on a full. */
  void increment(String full, String backup, long seed) throws IOException {
    for (var disk : CHANGED.entrySet()) {
      var changes = folder.resolve("changes");
      fill(changes, seed, disk.getValue());
      var image = pushed(backup, disk.getKey());
      QemuImg.run(
          "qemu-img",
          "create",
          "-q",
          "-f",
          "qcow2",
          "-F",
          "qcow2",
          "-b",
          pushed(full, disk.getKey()).toString(),
          image.toString());
      QemuImg.io(image, "write -s %s 4M %d".formatted(changes, disk.getValue()));
      QemuImg.toRaw(image, raw(backup, disk.getKey()));
    }
  }

  /**
   * Restores both disks of a backup, and compares them with what they held after another one.
   *
   * @param story what led to this, for who reads a failure
   */
  void assertRestores(VmRepository repository, String backup, String source, String story)
      throws IOException {
    for (var disk : List.of(LARGE, SMALL)) {
      var target = folder.resolve("restored.raw");
      Files.deleteIfExists(target);
      new RestoreJob(
              new Restore(
                  new BackupName(backup),
                  new VolumeName(disk),
                  target,
                  Restore.Engine.NATIVE,
                  OptionalLong.empty()),
              RestoreJob.CHECKPOINT_EVERY,
              repository,
              Progress.silent())
          .run();
      assertThat(Files.mismatch(target, raw(source, disk)))
          .as("%s: disk %s of %s", story, disk, backup)
          .isEqualTo(-1);
    }
  }

  private static void fill(Path file, long seed, int length) throws IOException {
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    try (var out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(0);
      out.write(bytes);
      out.setLength(SIZE);
    }
  }
}
