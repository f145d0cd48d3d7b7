// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.demo;

import io.virtmover.lab.export.ExportServer;
import io.virtmover.lab.export.IncrementMap;
import io.virtmover.lab.programs.Folders;
import io.virtmover.lab.qemu.DiskHash;
import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A VM with two disks is backed up in full, changes, is backed up twice more (pushed and pulled),
 * is lost, and comes back equal. Then a byte in the bucket is flipped, and found.
 */
public final class Demo {
  private static final double MIB = 1 << 20;
  private static final int CLUSTER = 64 << 10;
  private static final String VM = "shop/db-01";
  private static final List<LabVm.Disk> DISKS =
      List.of(new LabVm.Disk("rootdisk", 1L << 30), new LabVm.Disk("data disk #1+é", 512L << 20));

  /** A line of the table at the end; bytes. */
  private record Step(String what, long changed, long moved, double seconds) {}

  private final Path folder;
  private final Program program;
  private final VersityGateway s3;
  private final List<Step> steps = new ArrayList<>();

  private Demo(Path folder, Program program, VersityGateway s3) {
    this.folder = folder;
    this.program = program;
    this.s3 = s3;
  }

  /** Runs it; the argument is the path of {@code bin/virtmover}. */
  public static void main(String... arguments) throws IOException {
    var folder = Files.createTempDirectory("virtmover-demo");
    try (var s3 = VersityGateway.start()) {
      new Demo(folder, new Program(Path.of(arguments[0]), s3), s3).run();
    } finally {
      Folders.delete(folder);
    }
  }

  private void run() throws IOException {
    say("A VM: QEMU with two disks of %.0f MiB", total() / MIB);
    var hashes = backUp();
    say("The VM and its disks are destroyed");
    Folders.delete(folder.resolve("vm"));
    Folders.delete(folder.resolve("pvc"));
    program.run("list", "--vm", VM);
    restore(hashes);
    damage();
    table();
    say("Restored disks equal the lost ones; the damage was found. Nothing is left behind.");
  }

  private Map<String, String> backUp() {
    try (var vm = LabVm.create(folder.resolve("vm"), "db-01", CLUSTER, Clock.systemUTC(), DISKS)) {
      vm.start();
      var written = 0L;
      for (var disk : DISKS) {
        vm.writeRandom(disk.volume(), 1, 0, disk.size() / 4);
        written += disk.size() / 4;
      }
      say("Full backup, pushed by KubeVirt into qcow2 files");
      var full = push(vm, "nightly-1", Optional.empty(), written);

      say("The guest writes; first increment, pushed");
      var changed = write(vm, 2);
      var second = push(vm, "nightly-2", Optional.of(full), changed);

      say("The guest writes; second increment, pulled over the export endpoints");
      changed = write(vm, 3);
      vm.flush();
      var hashes = new LinkedHashMap<String, String>();
      DISKS.forEach(
          disk -> hashes.put(disk.volume(), DiskHash.sha256(vm.raw(disk.volume()), disk.size())));
      pull(vm, second, changed);
      return hashes;
    }
  }

  private static long write(LabVm vm, long seed) {
    var changed = 0L;
    for (var disk : DISKS) {
      for (var i = 0; i < 8; i++) {
        vm.writeRandom(disk.volume(), seed * 100 + i, i * (disk.size() / 8), 1 << 20);
        changed += 1 << 20;
      }
      vm.io(disk.volume(), "discard %d %d".formatted(disk.size() / 8 + (4 << 20), 4 << 20));
    }
    return changed;
  }

  private String push(LabVm vm, String name, Optional<String> parent, long changed) {
    var pushed = vm.push(folder.resolve("pvc"), name, parent);
    var words = words(name, pushed.checkpoint(), parent);
    pushed.files().forEach((volume, file) -> words.addAll(List.of("--disk", volume + "=" + file)));
    measured(name + (parent.isEmpty() ? " full, push" : " increment, push"), changed, words);
    return pushed.checkpoint();
  }

  private void pull(LabVm vm, String parent, long changed) {
    try (var pulled = vm.pull("nightly-3", Optional.of(parent));
        var server = ExportServer.start(pulled, IncrementMap.MERGED)) {
      var words = words("nightly-3", pulled.checkpoint(), Optional.of(parent));
      for (var disk : DISKS) {
        words.addAll(
            List.of(
                "--disk",
                "%s=%s,size=%d"
                    .formatted(disk.volume(), server.url(escaped(disk.volume())), disk.size())));
      }
      words.addAll(
          List.of(
              "--export-ca",
              server.caFile().toString(),
              "--export-token",
              server.tokenFile().toString()));
      measured("nightly-3 increment, pull", changed, words);
    }
  }

  private static String escaped(String volume) {
    return URLEncoder.encode(volume, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static List<String> words(String name, String checkpoint, Optional<String> parent) {
    var words =
        new ArrayList<>(
            List.of(
                "--vm",
                VM,
                "--backup",
                name,
                "--checkpoint",
                checkpoint,
                "--type",
                parent.isPresent() ? "incremental" : "full"));
    parent.ifPresent(checkpointName -> words.addAll(List.of("--parent", checkpointName)));
    return words;
  }

  private void measured(String what, long changed, List<String> words) {
    var before = bucketBytes();
    var seconds = program.run("backup", words.toArray(String[]::new));
    steps.add(new Step(what, changed, bucketBytes() - before, seconds));
  }

  private void restore(Map<String, String> hashes) {
    say("Restore of both disks from nightly-3");
    var seconds = 0.0;
    for (var disk : DISKS) {
      var target = folder.resolve("restored-" + hashes.size() + disk.size() + ".raw");
      seconds +=
          program.run(
              "restore",
              "--vm",
              VM,
              "--backup",
              "nightly-3",
              "--disk",
              disk.volume(),
              "--to",
              target.toString());
      var restored = DiskHash.sha256(target, disk.size());
      var lost = hashes.getOrDefault(disk.volume(), "?");
      System.out.printf(
          "  %-16s lost     %s%n  %16s restored %s%n", disk.volume(), lost, "", restored);
      if (!restored.equals(lost)) {
        throw new IllegalStateException("disk " + disk.volume() + " came back different");
      }
    }
    steps.add(new Step("restore of both disks", total() / 4, 0, seconds));
  }

  private void damage() throws IOException {
    say("verify: the bucket is sound; then one bit in it is flipped");
    program.run("verify", "--vm", VM);
    var image = largestImage();
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      var at = file.length() / 2;
      file.seek(at);
      var flipped = file.read() ^ 1;
      file.seek(at);
      file.write(flipped);
      System.out.printf("  flipped a bit of byte %d of %s%n", at, image.getFileName());
    }
    if (program.exitCode("verify", "--vm", VM) == 0) {
      throw new IllegalStateException("the damage was not found");
    }
  }

  private Path largestImage() {
    return s3.objects().stream()
        .filter(file -> file.toString().endsWith(".qcow2"))
        .max(Comparator.comparingLong(file -> file.toFile().length()))
        .orElseThrow();
  }

  private long bucketBytes() {
    return s3.objects().stream().mapToLong(file -> file.toFile().length()).sum();
  }

  private void table() {
    System.out.printf(
        "%n%-28s %14s %14s %9s   %s%n",
        "STEP", "CHANGED MiB", "STORED MiB", "SECONDS", "AGAINST COPYING EVERYTHING");
    for (var step : steps) {
      if (step.moved() == 0) {
        System.out.printf("%-28s %14s %14s %9.1f%n", step.what(), "", "", step.seconds());
      } else {
        System.out.printf(
            "%-28s %14.1f %14.1f %9.1f   %5.1f %% of %.0f MiB%n",
            step.what(),
            step.changed() / MIB,
            step.moved() / MIB,
            step.seconds(),
            100.0 * step.moved() / total(),
            total() / MIB);
      }
    }
    System.out.println();
  }

  private static long total() {
    return DISKS.stream().mapToLong(LabVm.Disk::size).sum();
  }

  private static void say(String text, Object... values) {
    System.out.printf("%n== " + text + "%n", values);
  }
}
