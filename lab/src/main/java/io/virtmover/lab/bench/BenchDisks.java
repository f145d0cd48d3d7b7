// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import io.virtmover.lab.export.ExportServer;
import io.virtmover.lab.export.IncrementMap;
import io.virtmover.lab.qemu.DiskHash;
import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.qemu.PullBackup;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A real QEMU's disk, pushed as a full and increments, and exported: D1 and D2 of the measurements,
 * in the size that was asked for (docs/performance.md).
 */
final class BenchDisks implements AutoCloseable {
  static final String LARGE = "large";
  static final String SMALL = "small";

  /** As much data as the large one, and nothing else. */
  static final String DENSE = "dense";

  /** How many times as large as its data the large disk is. */
  static final int SPARSENESS = 4;

  static final int INCREMENTS = 9;

  private static final long SEED = 1;
  private static final int MIB = 1 << 20;
  private static final int CLUSTER = 64 << 10;
  private static final long SMALL_SIZE = 8L * MIB;
  private static final int MOST_RUN = 8;

  private final LabVm vm;
  private final PullBackup pull;
  private final ExportServer exporter;
  private final List<LabVm.Backup> chain;
  private final LabVm.Backup changed;
  private final LabVm.Backup unchanged;
  private final Hashes hashes;

  /** SHA-256 of the disks at the points in time. */
  private record Hashes(String full, String chain, String last, String dense, String small) {}

  private BenchDisks(
      LabVm vm,
      List<LabVm.Backup> chain,
      LabVm.Backup changed,
      LabVm.Backup unchanged,
      Hashes hashes) {
    this.vm = vm;
    this.hashes = hashes;
    this.chain = chain;
    this.changed = changed;
    this.unchanged = unchanged;
    this.pull = vm.pull("pulled", Optional.empty());
    this.exporter = ExportServer.start(pull, IncrementMap.MERGED);
  }

  /**
   * Makes all of it.
   *
   * @param mebibytes of data in the disk, which is four times as large
   */
  static BenchDisks create(Path folder, int mebibytes) throws IOException {
    var data = (long) mebibytes * MIB;
    var size = SPARSENESS * data;
    var vm =
        LabVm.create(
            folder.resolve("vm"),
            "db-01",
            CLUSTER,
            Clock.systemUTC(),
            List.of(
                new LabVm.Disk(LARGE, size),
                new LabVm.Disk(DENSE, data),
                new LabVm.Disk(SMALL, SMALL_SIZE)));
    try {
      var random = new Random(SEED);
      fill(vm.raw(LARGE), size, data, random);
      fill(vm.raw(DENSE), data, data, random);
      fill(vm.raw(SMALL), SMALL_SIZE, SMALL_SIZE, random);
      vm.start();
      var pvc = folder.resolve("pvc");
      var chain = new ArrayList<LabVm.Backup>();
      chain.add(vm.push(pvc, "full", Optional.empty()));
      var fullHash = hash(vm, LARGE);
      for (var number = 1; number <= INCREMENTS; number++) {
        write(vm, size, Math.max(1, mebibytes / 10), random);
        chain.add(vm.push(pvc, "increment-" + number, Optional.of(chain.getLast().checkpoint())));
      }
      var chainHash = hash(vm, LARGE);
      // An increment of a 32nd of the data, and one of nothing, both behind the whole chain.
      var last = Optional.of(chain.getLast().checkpoint());
      var unchanged = vm.push(pvc, "unchanged", last);
      write(vm, size, Math.max(1, mebibytes / 32), random);
      var changed = vm.push(pvc, "changed", last);
      var hashes =
          new Hashes(fullHash, chainHash, hash(vm, LARGE), hash(vm, DENSE), hash(vm, SMALL));
      return new BenchDisks(vm, chain, changed, unchanged, hashes);
    } catch (IOException | RuntimeException e) {
      vm.close();
      throw e;
    }
  }

  /** Full and increments, oldest first. */
  List<LabVm.Backup> chain() {
    return chain;
  }

  /** An increment behind the chain that changes a thirty-second part of the data. */
  LabVm.Backup changed() {
    return changed;
  }

  /** An increment behind the chain without a change. */
  LabVm.Backup unchanged() {
    return unchanged;
  }

  /** SHA-256 of the large disk when the chain began. */
  String fullHash() {
    return hashes.full();
  }

  /** SHA-256 of the large disk at the chain's end. */
  String chainHash() {
    return hashes.chain();
  }

  /** SHA-256 of the large disk as it is. */
  String lastHash() {
    return hashes.last();
  }

  String denseHash() {
    return hashes.dense();
  }

  String smallHash() {
    return hashes.small();
  }

  private static String hash(LabVm vm, String volume) {
    vm.flush();
    return DiskHash.sha256(vm.raw(volume), vm.size(volume));
  }

  Path raw() {
    return vm.raw(LARGE);
  }

  long size() {
    return vm.size(LARGE);
  }

  /** Words with which VirtMover pulls the large disk. */
  List<String> exported() {
    return List.of(
        "--disk",
        "%s=%s,size=%d".formatted(LARGE, exporter.url(LARGE), size()),
        "--export-ca",
        exporter.caFile().toString(),
        "--export-token",
        exporter.tokenFile().toString());
  }

  ExportServer exporter() {
    return exporter;
  }

  /** Random bytes in runs of 1 to 8 MiB, each in its share of the disk. */
  private static void fill(Path raw, long size, long data, Random random) throws IOException {
    try (var file = new RandomAccessFile(raw.toFile(), "rw")) {
      var written = 0L;
      while (written < data) {
        var run = Math.min(data - written, (1L + random.nextInt(MOST_RUN)) * MIB);
        var bytes = new byte[(int) run];
        random.nextBytes(bytes);
        // The place of data number n lies at the same share of the disk.
        file.seek(written * (size / MIB) / (data / MIB));
        file.write(bytes);
        written += run;
      }
    }
  }

  /** The guest writes random bytes, a mebibyte at a time, anywhere. */
  private static void write(LabVm vm, long size, int mebibytes, Random random) {
    for (var count = 0; count < mebibytes; count++) {
      vm.writeRandom(LARGE, random.nextLong(), random.nextLong(size / MIB) * MIB, MIB);
    }
  }

  @Override
  public void close() {
    exporter.close();
    pull.close();
    vm.close();
  }
}
