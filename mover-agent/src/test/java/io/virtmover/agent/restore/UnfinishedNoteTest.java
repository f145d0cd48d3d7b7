// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnfinishedNoteTest {
  private static final String WHAT = "a1".repeat(32);

  @Test
  void shouldTellHowFarTheSameRestoreHasCome() {
    var note = new UnfinishedNote(WHAT, 123_456_789_012L).encode();
    assertThat(note.remaining()).isEqualTo(UnfinishedNote.LENGTH);
    assertThat(UnfinishedNote.progress(note, WHAT)).isEqualTo(OptionalLong.of(123_456_789_012L));
    assertThat(UnfinishedNote.progress(note, "b2".repeat(32))).isEmpty();
  }

  @Test
  void shouldNotTrustANoteWithAnyBitFlipped() {
    var note = new UnfinishedNote(WHAT, 1 << 20).encode();
    for (var bit = 0; bit < 8 * UnfinishedNote.LENGTH; bit++) {
      var damaged = ByteBuffer.allocate(UnfinishedNote.LENGTH).put(note.duplicate()).flip();
      damaged.put(bit / 8, (byte) (damaged.get(bit / 8) ^ 1 << bit % 8));
      assertThat(UnfinishedNote.progress(damaged, WHAT)).as("bit %d", bit).isEmpty();
    }
  }

  @Test
  void shouldNotTakeADiskForANote() {
    var disk = new byte[UnfinishedNote.LENGTH];
    assertThat(UnfinishedNote.progress(ByteBuffer.wrap(disk), WHAT)).isEmpty();
    new Random(1).nextBytes(disk);
    assertThat(UnfinishedNote.progress(ByteBuffer.wrap(disk), WHAT)).isEmpty();
  }
}
