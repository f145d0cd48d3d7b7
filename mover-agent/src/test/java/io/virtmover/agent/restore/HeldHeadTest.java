// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldHeadTest {
  private static final int PAGE = 4096;

  /** Remembers what a power cut could leave: writes that no force followed, in any mixture. */
  private static final class Disk implements HeldHead.Medium {
    private final byte[] durable;
    private final List<Integer> pending = new ArrayList<>();
    private final byte[] written;
    private final List<byte[]> leftovers = new ArrayList<>();
    private final Random random;

    Disk(byte[] content, Random random) {
      this.durable = content;
      this.written = content.clone();
      this.random = random;
    }

    @Override
    public void put(long offset, ByteBuffer bytes) {
      var end = (int) offset + bytes.remaining();
      for (var page = (int) offset / PAGE; page * PAGE < end; page++) {
        pending.add(page);
      }
      bytes.get(written, (int) offset, bytes.remaining());
      for (var i = 0; i < 50; i++) {
        leftovers.add(torn());
      }
    }

    private byte[] torn() {
      var left = durable.clone();
      for (var page : pending) {
        if (random.nextBoolean()) {
          copyPage(page, left);
        }
      }
      return left;
    }

    private void copyPage(int page, byte[] to) {
      var length = Math.min(PAGE, written.length - page * PAGE);
      System.arraycopy(written, page * PAGE, to, page * PAGE, length);
    }

    @Override
    public void force() {
      pending.forEach(page -> copyPage(page, durable));
      pending.clear();
      leftovers.add(durable.clone());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4095, 4096, 4097, 65_536, 1 << 20})
  void whereverThePowerIsCut_theDiskHasItsNoteOrIsWhole(int size) throws IOException {
    // given
    var seed = System.nanoTime();
    var random = new Random(seed);
    var guest = new byte[size];
    random.nextBytes(guest);
    var head = new HeldHead(size);
    assertThat(head.keep(0, ByteBuffer.wrap(guest))).isEqualTo(Math.min(size, HeldHead.LENGTH));
    var before = guest.clone();
    Arrays.fill(before, 0, Math.min(size, HeldHead.LENGTH), (byte) 0xa5);
    var note = new UnfinishedNote("a1".repeat(32), 0).encode();
    note.get(before, 0, Math.min(size, UnfinishedNote.LENGTH));
    var disk = new Disk(before.clone(), random);

    // when
    head.writeTo(disk);

    // then
    assertThat(disk.durable).isEqualTo(guest);
    assertThat(disk.leftovers)
        .as("seed %d", seed)
        .allMatch(left -> Arrays.equals(left, guest) || startsWithNote(left, before));
  }

  private static boolean startsWithNote(byte[] left, byte[] before) {
    var length = Math.min(left.length, UnfinishedNote.LENGTH);
    return Arrays.equals(left, 0, length, before, 0, length);
  }
}
