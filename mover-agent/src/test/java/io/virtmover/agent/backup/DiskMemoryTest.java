// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.Geometry;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.DiskNeed;
import io.virtmover.transfer.MoverMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one disk holds of a budget; how disks share it is in {@link MemoryBudgetTest}. */
@Timeout(60)
class DiskMemoryTest {
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;
  private static final Geometry DISK = new Geometry(64 * GIB, 16);

  private final List<String> notices = new ArrayList<>();
  private final MemoryBudget budget = MemoryBudget.of(OptionalLong.of(64 * MIB), notices::add);

  /** A need of 12 MiB for two parts of 5 MiB and a read. */
  @ParameterizedTest(name = "a share of {0} MiB, {1} + {2} + {3} KiB of tables: {4} KiB")
  @CsvSource({
    "0,  0,    0,  0,    12288",
    "12, 0,    0,  0,    12288",
    "20, 0,    0,  0,    20480",
    "99, 0,    0,  0,    65536",
    "0,  1024, 64, 1024, 12288",
    "20, 1024, 64, 1024, 18368",
    "20, 1024, 0,  0,    19456",
    "99, 0,    64, 1024, 64448"
  })
  void buffers_areWhatIsLeftOfTheShareAfterTheTables(
      long shareMib, long mapKib, long directoryKib, long sideKib, long buffersKib) {
    // given
    var need = new DiskNeed(mapKib * KIB, directoryKib * KIB, sideKib * KIB, GIB);
    try (var memory = budget.admit("d", DISK)) {
      var _ = mapKib == 0 ? 0 : memory.mapChunk((int) (mapKib * KIB)).capacity();

      // then
      assertThat(memory.takeBuffers(need, shareMib * MIB)).isEqualTo(buffersKib * KIB);
    }
  }

  @Test
  void closing_givesBackAllThatItHeld() {
    // given
    var memory = budget.admit("d", DISK);
    var chunk = memory.mapChunk(64 << 10);
    memory.takeBuffers(new DiskNeed(64 * KIB, 64 * KIB, MIB, GIB), 20 * MIB);

    // when
    memory.close();

    // then
    assertThat(budget.take(1, Long.MAX_VALUE)).isEqualTo(budget.total());
    assertThatThrownBy(() -> chunk.get(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theNextDisk_mayAskOnceThisOneHasItsBuffers() throws Exception {
    // given
    var first = budget.admit("first", DISK);
    var second = CompletableFuture.supplyAsync(() -> budget.admit("second", DISK));

    // when
    first.takeBuffers(new DiskNeed(0, 0, 0, GIB), 0);

    // then
    second.get(30, TimeUnit.SECONDS).close();
    first.close();
    assertOneMayBeAtTheDoor();
  }

  @Test
  void aDiskThatFailsAtTheDoor_leavesItForTheNext() {
    // given
    var memory = budget.admit("d", DISK);
    assertThatThrownBy(() -> memory.takeBuffers(new DiskNeed(0, 0, 0, 1024 * GIB), 0))
        .isInstanceOf(VirtMoverException.class);

    // when
    memory.close();

    // then
    assertOneMayBeAtTheDoor();
  }

  @Test
  void aMapThatLeavesNoRoomForBuffers_isRefusedBeforeItIsTaken() {
    // given
    try (var memory = budget.admit("d", DISK)) {
      var most = 64 * MIB - MoverMemory.LEAST;
      var _ = memory.mapChunk((int) most);

      // then
      assertThatThrownBy(() -> memory.mapChunk(1)).hasMessageContaining("Disk d has changes");
    }
    assertThat(budget.take(1, Long.MAX_VALUE)).isEqualTo(64 * MIB);
  }

  @Test
  void onlyANeedAboveTheUsualBudget_isToldOf() {
    // given
    var unlimited = MemoryBudget.of(OptionalLong.empty(), notices::add);

    // when
    try (var usual = unlimited.admit("usual", DISK)) {
      usual.takeBuffers(new DiskNeed(0, 0, 0, GIB), 0);
    }
    assertThat(notices).isEmpty();
    try (var large = unlimited.admit("large", DISK)) {
      large.takeBuffers(new DiskNeed(0, 0, 0, 2048 * GIB), 0);
    }

    // then
    assertThat(notices).singleElement().asString().startsWith("disk large may need ");
  }

  /** A door left twice would let two disks ask at once, and both wait for what the other has. */
  private void assertOneMayBeAtTheDoor() {
    var one = budget.admit("one", DISK);
    var other = Thread.ofPlatform().start(() -> budget.admit("other", DISK).close());
    while (other.getState() != Thread.State.WAITING) {
      assertThat(other.isAlive()).as("waits at the door").isTrue();
      Thread.onSpinWait();
    }
    one.close();
    assertThatCode(other::join).doesNotThrowAnyException();
  }
}
