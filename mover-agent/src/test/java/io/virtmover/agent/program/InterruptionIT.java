// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.s3.FaultProxy;
import io.virtmover.objectstore.s3.S3ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mover is stopped and killed in the middle. */
class InterruptionIT {
  private static final long SIZE = 256L << 20;
  private static final long DATA = 96L << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What a pod gets is 30 seconds. */
  private static final Duration TERMINATION = Duration.ofSeconds(25);

  private static final List<String> BACKUP =
      List.of(
          "--vm",
          "shop/db-01",
          "--backup",
          "b1",
          "--checkpoint",
          "c1-2026-01-11_01-00-03",
          "--type",
          "full",
          // Small parts, so that there are enough to be interrupted between.
          "--memory",
          "40Mi");

  @TempDir private Path folder;

  private FaultBed bed;
  private FaultProxy proxy;
  private VirtMover virtmover;

  @BeforeEach
  void start() throws IOException {
    bed = FaultBed.make(folder, SIZE, DATA);
    proxy = bed.proxy();
    virtmover = bed.virtmover();
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Test
  void givenABackupUnderWay_whenTerminated_thenItEndsInTimeAndLeavesNothing() {
    // given
    slowParts(3);
    var mover = start("backup", backupWords());
    until(() -> partsSent() > 3);

    // when
    mover.terminate();

    // then
    assertThat(mover.await(TERMINATION)).as(mover.output()).isEqualTo(10);
    assertThat(mover.output()).contains("\"outcome\":\"Canceled\"");
    assertNothingIsLeft();
  }

  @Test
  void givenABackupUnderWay_whenKilled_thenTheNextRunGoesOnWhereItWas() throws IOException {
    // given
    slowParts(10);
    var mover = start("backup", backupWords());
    until(() -> partsSent() > 10);
    mover.kill();
    mover.await(PATIENCE);
    assertThat(virtmover.run("list", "--vm", "shop/db-01").report()).isEmpty();

    // when
    proxy.heal();
    proxy.resetCounters();
    var again = start("backup", backupWords());

    // then
    assertThat(again.await(PATIENCE)).as(again.output()).isZero();
    assertThat(proxy.bytesUp()).isBetween(DATA / 4, DATA - (20 << 20));
    assertRestored();
    assertThat(openUploads()).isEmpty();
  }

  @Test
  void givenAKillAfterAnyWrite_whenRunAgain_thenTheBackupIsWhole() throws IOException {
    // Each of the backup's writes after its image is where it is killed once.
    for (var ending :
        List.of(
            ".qcow2.extents", "checkpoint.json", "vmbt.json", "index.json", "shop-db-01.json")) {
      // given
      proxy.heal();
      proxy.inject(
          1,
          request -> request.isFor("PUT", ending),
          new FaultProxy.Fault.Delay(Duration.ofMinutes(5)));
      proxy.resetCounters();
      var mover = start("backup", backupWords());
      until(() -> proxy.requests().stream().anyMatch(seen -> seen.isFor("PUT", ending)));

      // when
      mover.kill();
      mover.await(PATIENCE);
    }
    proxy.heal();
    var last = start("backup", backupWords());

    // then
    assertThat(last.await(PATIENCE)).as(last.output()).isZero();
    assertRestored();
  }

  @Test
  void givenARestoreUnderWay_whenKilled_thenTheNextRunGoesOnWhereItWas() throws IOException {
    // given
    virtmover.run("backup", backupWords().toArray(String[]::new)).report();
    var target = folder.resolve("restored.raw");
    proxy.inject(
        1000,
        request -> request.isFor("GET", ".qcow2") && gets() > 4,
        new FaultProxy.Fault.Delay(Duration.ofSeconds(1)));
    proxy.resetCounters();
    var words =
        List.of(
            "--vm",
            "shop/db-01",
            "--backup",
            "b1",
            "--disk",
            "disk",
            "--to",
            target.toString(),
            "--mark-every",
            "16Mi");
    var mover = start("restore", words);
    until(() -> gets() > 8);
    mover.kill();
    mover.await(PATIENCE);
    assertThat(target).doesNotExist();
    assertThat(folder.resolve("restored.raw.partial")).exists();

    // when
    proxy.heal();
    var report = virtmover.restore("b1", "disk", target, "--mark-every", "16Mi").report();

    // then
    bed.assertRestored(target);
    assertThat(report.path("resumedAt").asLong()).isPositive();
  }

  @Test
  void givenQemuImgAtWork_whenTerminated_thenItEndsTooAndItsFilesAreGone() throws IOException {
    // given: the real qemu-img, slowed down
    virtmover.run("backup", backupWords().toArray(String[]::new)).report();
    var programs = Files.createDirectory(folder.resolve("programs"));
    var pidFile = folder.resolve("pid");
    var slow = programs.resolve("qemu-img");
    Files.writeString(
        slow,
        """
        #!/bin/sh
        PATH=${PATH#*:}
        [ "$1" = convert ] || exec qemu-img "$@"
        shift
        echo $$ > %s.new
        mv %s.new %s
        exec qemu-img convert -r 1M "$@"
        """
            .formatted(pidFile, pidFile, pidFile));
    Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwx------"));
    var targets = Files.createDirectory(folder.resolve("targets"));
    var mover =
        MoverProcess.start(
            folder,
            List.of("env", "PATH=%s:%s".formatted(programs, System.getenv("PATH"))),
            virtmover,
            "restore",
            List.of(
                "--vm",
                "shop/db-01",
                "--backup",
                "b1",
                "--disk",
                "disk",
                "--engine",
                "qemu-img",
                "--to",
                targets.resolve("restored.raw").toString()));
    until(() -> isWritten(pidFile) || !mover.isAlive());
    assertThat(mover.isAlive()).as(mover.output()).isTrue();
    var qemuImg = ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()));
    assertThat(qemuImg).isPresent();

    // when
    mover.terminate();

    // then
    assertThat(mover.await(TERMINATION)).as(mover.output()).isEqualTo(10);
    assertThat(mover.output()).contains("\"outcome\":\"Canceled\"");
    assertThat(qemuImg.orElseThrow().isAlive()).isFalse();
    try (var left = Files.list(targets)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void givenTwoBackupsAtOnce_thenOneIsPublishedAndTheOtherStaysInvisible() throws IOException {
    // given: the first one is about to enter itself into the index
    var secondIsDone = new CompletableFuture<Void>();
    proxy.inject(
        1,
        request -> request.isFor("PUT", "db-01/index.json"),
        new FaultProxy.Fault.Hold(secondIsDone));
    var first = start("backup", backupWords());
    until(() -> proxy.requests().stream().anyMatch(seen -> seen.isFor("PUT", "db-01/index.json")));

    // when
    var words =
        List.of(
            "--vm",
            "shop/db-01",
            "--backup",
            "b2",
            "--checkpoint",
            "c2-2026-01-11_01-00-09",
            "--type",
            "full",
            "--disk",
            "disk=" + bed.image());
    var second = virtmover.run("backup", words.toArray(String[]::new));
    secondIsDone.complete(null);

    // then
    assertThat(second.report()).isNotNull();
    assertThat(first.await(PATIENCE)).as(first.output()).isEqualTo(9);
    assertThat(first.output()).contains("Only one backup of a VM may run at a time");
    assertThat(first.output()).contains("Nothing of backup b1 is visible");
    var listed = virtmover.run("list", "--vm", "shop/db-01").report();
    assertThat(listed.toString()).contains("b2").doesNotContain("b1", "c1-2026-01-11_01-00-03");
    var target = folder.resolve("second.raw");
    virtmover.restore("b2", "disk", target).report();
    bed.assertRestored(target);
  }

  private List<String> backupWords() {
    var words = new ArrayList<>(BACKUP);
    words.addAll(List.of("--disk", "disk=" + bed.image()));
    return words;
  }

  private MoverProcess start(String command, List<String> words) {
    return MoverProcess.start(folder, List.of(), virtmover, command, words);
  }

  private void slowParts(int fast) {
    proxy.inject(
        1000,
        request -> isPart(request) && partsSent() > fast,
        new FaultProxy.Fault.Delay(Duration.ofMinutes(5)));
  }

  private static boolean isPart(FaultProxy.Request request) {
    return request.method().equals("PUT") && request.query().contains("partNumber");
  }

  private long partsSent() {
    return proxy.requests().stream().filter(InterruptionIT::isPart).count();
  }

  private long gets() {
    return proxy.requests().stream().filter(seen -> seen.isFor("GET", ".qcow2")).count();
  }

  private void assertRestored() throws IOException {
    var target = folder.resolve("again.raw");
    virtmover.restore("b1", "disk", target).report();
    bed.assertRestored(target);
    Files.delete(target);
  }

  private void assertNothingIsLeft() {
    assertThat(openUploads()).isEmpty();
    try (var store = store()) {
      store.list("", stat -> assertThat(stat.key()).isEmpty());
    }
  }

  private List<?> openUploads() {
    try (var store = store()) {
      return store.openUploads("");
    }
  }

  private S3ObjectStore store() {
    return VirtMover.store(bed.s3());
  }

  private static boolean isWritten(Path file) {
    try {
      return Files.size(file) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void until(BooleanSupplier condition) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting").isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
