// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.DiskNeed;
import io.virtmover.transfer.MoverMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MemoryBudgetTest {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;
  private static final long TIB = 1L << 40;
  private static final int CLUSTER_BITS = 16;
  private static final Geometry DISK = new Geometry(2 * TIB, CLUSTER_BITS);
  private static final DiskNeed SMALL = DiskNeed.ofSize(GIB);

  private final List<String> notices = new ArrayList<>();

  private MemoryBudget budget(long limit) {
    return MemoryBudget.of(OptionalLong.of(limit), notices::add);
  }

  private MemoryBudget unlimited() {
    return MemoryBudget.of(OptionalLong.empty(), notices::add);
  }

  @Test
  void aDisk_takesItsShareOrWhatIsThere() {
    // given
    var budget = budget(40 * MIB);
    var need = new DiskNeed(0, 0, 0, GIB);

    // when
    var first = budget.admit("a", DISK).takeBuffers(need, 20 * MIB);
    var second = budget.admit("b", DISK).takeBuffers(need, 24 * MIB);

    // then
    assertThat(first).isEqualTo(20 * MIB);
    assertThat(second).isEqualTo(20 * MIB);
  }

  @Test
  void aLargeDisk_waitsForTheOthers() throws Exception {
    // given
    var budget = budget(40 * MIB);
    var small = budget.admit("small", DISK);
    small.takeBuffers(SMALL, 0);
    var needed = new DiskNeed(0, 0, 0, 175 * GIB);
    var large =
        CompletableFuture.supplyAsync(() -> budget.admit("large", DISK).takeBuffers(needed, 0));

    // when
    small.close();

    // then
    assertThat(large.get(10, TimeUnit.SECONDS)).isEqualTo(needed.buffers());
  }

  @Test
  void waiting_endsWhenCanceled() {
    // given
    var budget = budget(MoverMemory.LEAST + MIB);
    budget.admit("a", DISK).takeBuffers(SMALL, 0);
    var waiting = budget.admit("b", DISK);
    Thread.currentThread().interrupt();

    // then
    assertThatThrownBy(() -> waiting.takeBuffers(SMALL, 0))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.CANCELED));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aLimitThatIsTooSmall_isRefusedWithWhatItTakes() {
    // given
    var memory = budget(40 * MIB).admit("data", DISK);

    // then
    assertThatThrownBy(() -> memory.takeBuffers(new DiskNeed(0, 0, 0, 1024 * GIB), 0))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .hasMessageContaining("Disk data", "--memory")
        .hasMessageContaining("at least 224 MiB");
  }

  @Test
  void withoutALimit_theLargestDisksPartsAreTakenAndToldOf() {
    // given
    var budget = unlimited();

    // when
    var buffers = budget.admit("data", DISK).takeBuffers(new DiskNeed(0, 0, 0, 2 * TIB), 0);

    // then
    assertThat(buffers).isEqualTo(budget.total()).isEqualTo(444 * MIB);
    assertThat(notices)
        .singleElement()
        .asString()
        .contains("disk data", "parts of 221 MiB", "444 MiB");
  }

  @Test
  void aMapThatDoesNotFitIntoALimit_isRefusedWithWhatIsEnough() {
    // given
    var geometry = new Geometry(8 * TIB, CLUSTER_BITS);
    var memory = budget(40 * MIB).admit("d", geometry);

    // then
    assertThatThrownBy(() -> alternate(new ClusterMap(geometry, memory::mapChunk), 2))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .hasMessageContaining("Disk d", "--memory")
        .hasMessageContaining("MiB are enough in any case");
  }

  @Test
  void theMapOf8TiBWithAChangeEvery512MiB_fitsIntoTheUsualBudget() {
    // given
    var budget = unlimited();
    var geometry = new Geometry(8 * TIB, CLUSTER_BITS);
    try (var memory = budget.admit("d", geometry)) {
      // when
      var map = alternate(new ClusterMap(geometry, memory::mapChunk), 8192);
      memory.takeBuffers(DiskNeeds.ofMap(map), 0);

      // then
      assertThat(budget.total()).isEqualTo(MoverMemory.USUAL_BUDGET);
      assertThat(notices).isEmpty();
    }
  }

  /** Disks of all kinds at once: all of them end, and never is more in use than there is. */
  @Test
  @Timeout(60)
  void noDisks_waitForEachOtherForEver() throws Exception {
    var seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (var round = 0; round < 10; round++) {
      // given
      var limited = random.nextBoolean();
      var budget = limited ? budget(64 * MIB) : unlimited();
      var ended = new AtomicInteger();
      var disks = new ArrayList<Future<?>>();

      // when
      try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var disk = 0; disk < 16; disk++) {
          var stride = random.nextBoolean() ? 2 : 8192;
          var image = (1 + random.nextLong(limited ? 200 : 2000)) * GIB;
          disks.add(
              workers.submit(
                  () -> {
                    move(budget, stride, image);
                    ended.incrementAndGet();
                  }));
        }
      }

      // then
      for (var disk : disks) {
        disk.get();
      }
      assertThat(ended).hasValue(16);
      assertThat(limited ? budget.total() : 64 * MIB).isEqualTo(64 * MIB);
      var all = budget.take(budget.total(), Long.MAX_VALUE);
      assertThat(all).as("given back").isEqualTo(budget.total());
    }
  }

  private static void move(MemoryBudget budget, int stride, long image) {
    var geometry = new Geometry(8 * GIB, CLUSTER_BITS);
    try (var memory = budget.admit("d", geometry)) {
      var map = alternate(new ClusterMap(geometry, memory::mapChunk), stride);
      var need = DiskNeeds.ofMap(map);
      var real = new DiskNeed(need.map(), need.directory(), need.side(), image);
      assertThat(memory.takeBuffers(real, 20 * MIB)).isGreaterThanOrEqualTo(real.buffers());
    }
  }

  private static ClusterMap alternate(ClusterMap map, int stride) {
    for (var at = 0L; at < map.geometry().clusters(); at += stride) {
      map.set(at, ClusterStatus.DATA);
    }
    return map;
  }
}
