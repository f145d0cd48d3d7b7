// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.lab.qemu.DiskHash;
import io.virtmover.lab.s3.FaultProxy;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes back up the same VM at the same time against a real S3 server, each stopped by a
 * real signal or a lost answer at one of its requests. Exit code 0 means that the backup restores.
 */
@Tag("slow")
class TwoMoversIT {
  private static final int SCHEDULES = 24;
  private static final int LATEST_STOP = 26;
  private static final int SIZE = 64 << 20;
  private static final int DATA = 14 << 20;
  private static final int ANSWERS_LOST = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(1);
  private static final int OK = 0;
  private static final int CONFLICTED = 9;

  /** How a mover is stopped. */
  private enum Stop {
    TERMINATED,
    KILLED,
    ANSWER_LOST,
    NOT_AT_ALL
  }

  private static final List<Stop> STOPS = List.of(Stop.values());

  @TempDir private Path folder;

  private VersityGateway s3;

  @BeforeEach
  void start() {
    s3 = VersityGateway.start();
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  /** One of two runs, with a proxy of its own, so that its requests can be told apart. */
  private final class Mover implements AutoCloseable {
    private final FaultProxy proxy = FaultProxy.before(s3.endpoint());
    private final MoverProcess process;
    private final Stop stop;
    private final int at;

    Mover(Random random, String backup, Path image) {
      stop = STOPS.get(random.nextInt(STOPS.size()));
      at = 1 + random.nextInt(LATEST_STOP);
      if (stop == Stop.ANSWER_LOST) {
        proxy.inject(
            ANSWERS_LOST, _ -> proxy.requests().size() >= at, new FaultProxy.Fault.LostAnswer());
      }
      process =
          MoverProcess.start(
              folder,
              List.of(),
              VirtMover.on(s3, proxy.endpoint()),
              "backup",
              TwoMoversIT.words(backup, image));
    }

    /** Stops it once it is so far; true when that is done or not wanted. */
    boolean hasBeenStopped() {
      if (!process.isAlive() || stop == Stop.ANSWER_LOST || stop == Stop.NOT_AT_ALL) {
        return true;
      }
      if (proxy.requests().size() < at) {
        return false;
      }
      if (stop == Stop.KILLED) {
        process.kill();
      } else {
        process.terminate();
      }
      return true;
    }

    int exitCode() {
      return process.await(PATIENCE);
    }

    @Override
    public void close() {
      process.kill();
      proxy.close();
    }

    @Override
    public String toString() {
      return "%s at request %d: %s".formatted(stop, at, process.output());
    }
  }

  @Test
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void exitCode0MeansThatItCanBeRestored() throws IOException {
    var seed = Long.getLong("virtmover.seed", System.nanoTime());
    var same = disk("same", seed);
    var other = disk("other", seed + 1);
    for (var i = 0; i < SCHEDULES; i++) {
      var random = new Random(seed + i);
      play(seed, "b" + i, same, random.nextInt(3) == 0 ? other : same, random);
    }
  }

  private void play(long seed, String backup, Path one, Path two, Random random)
      throws IOException {
    try (var first = new Mover(random, backup, one);
        var second = new Mover(random, backup, two)) {
      var deadline = System.nanoTime() + PATIENCE.toNanos();
      var running = new ArrayList<>(List.of(first, second));
      while (!running.isEmpty()) {
        assertThat(System.nanoTime()).as("%s%n%s", first, second).isLessThan(deadline);
        running.removeIf(Mover::hasBeenStopped);
        LockSupport.parkNanos(POLL.toNanos());
      }
      var firstCode = first.exitCode();
      var secondCode = second.exitCode();
      var story = "%s, -Dvirtmover.seed=%d%n%s%n%s".formatted(backup, seed, first, second);
      if (firstCode == OK) {
        assertRestores(story, backup, one);
      }
      if (secondCode == OK) {
        assertRestores(story, backup, two);
      }
      var again =
          VirtMover.on(s3).run("backup", words(backup, one).toArray(String[]::new)).exitCode();
      assertThat(again).as(story).isIn(one.equals(two) ? List.of(OK) : List.of(OK, CONFLICTED));
      if (again == OK) {
        assertRestores(story, backup, one);
      }
    }
  }

  private void assertRestores(String story, String backup, Path image) throws IOException {
    var target = folder.resolve("restored.raw");
    Files.deleteIfExists(target);
    VirtMover.on(s3)
        .run(
            "restore",
            "--vm",
            "shop/" + backup,
            "--backup",
            backup,
            "--disk",
            "disk",
            "--to",
            target.toString())
        .report();
    assertThat(DiskHash.sha256(target, SIZE))
        .as(story)
        .isEqualTo(DiskHash.sha256(raw(image), SIZE));
  }

  /** Fulls with a checkpoint of their own each, so that every play begins from nothing. */
  private static List<String> words(String backup, Path image) {
    return List.of(
        "--vm",
        "shop/" + backup,
        "--backup",
        backup,
        "--checkpoint",
        backup + "-2026-01-11_01-00-03",
        "--type",
        "full",
        // Small parts, so that there are several.
        "--memory",
        "40Mi",
        "--disk",
        "disk=" + image);
  }

  /** A disk in parts: the same clusters whatever the seed, other bytes in them. */
  private Path disk(String name, long seed) throws IOException {
    var image = folder.resolve(name + ".qcow2");
    var bytes = new byte[DATA];
    new Random(seed).nextBytes(bytes);
    try (var file = new RandomAccessFile(raw(image).toFile(), "rw")) {
      file.write(bytes);
      file.setLength(SIZE);
    }
    QemuImg.run(
        "qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw(image).toString(), image.toString());
    return image;
  }

  private static Path raw(Path image) {
    return image.resolveSibling(image.getFileName() + ".raw");
  }
}
