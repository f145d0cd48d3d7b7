// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A disk of which each cell is drawn as a restore provides it: {@code d} for written bytes, a dash
 * for zeros, {@code ?} for what was left as it was, {@code !} for what was provided twice.
 */
final class DrawnTarget implements Target {
  private final char[] cells;
  private final int cellBits;
  private final long resumeFrom;
  private final LongConsumer beforeWrite;
  private final List<Long> marks = new ArrayList<>();
  private boolean finished;

  DrawnTarget(int cells, int cellBits, long resumeFrom) {
    this(cells, cellBits, resumeFrom, _ -> {});
  }

  /**
   * @param beforeWrite hears each guest offset that is written to, and may throw
   */
  DrawnTarget(int cells, int cellBits, long resumeFrom, LongConsumer beforeWrite) {
    this.cells = new char[cells];
    this.cellBits = cellBits;
    this.resumeFrom = resumeFrom;
    this.beforeWrite = beforeWrite;
    Arrays.fill(this.cells, '?');
  }

  synchronized String picture() {
    return new String(cells);
  }

  List<Long> marks() {
    return marks;
  }

  boolean isFinished() {
    return finished;
  }

  @Override
  public String name() {
    return "drawn";
  }

  @Override
  public long resumeFrom() {
    return resumeFrom;
  }

  @Override
  public void write(long guestOffset, ByteBuffer bytes) {
    beforeWrite.accept(guestOffset);
    draw(guestOffset, bytes.remaining(), 'd');
  }

  @Override
  public void zero(long guestOffset, long length) {
    draw(guestOffset, length, '-');
  }

  private synchronized void draw(long from, long length, char how) {
    for (var cell = (int) (from >> cellBits); cell < (from + length) >> cellBits; cell++) {
      cells[cell] = cells[cell] == '?' ? how : '!';
    }
  }

  @Override
  public void mark(long guestOffset) {
    assertComplete(guestOffset);
    marks.add(guestOffset);
  }

  @Override
  public void finish() {
    assertComplete((long) cells.length << cellBits);
    assertThat(finished).as("finished before").isFalse();
    finished = true;
  }

  /** What is called durable must have been provided, in this run or the one before. */
  private void assertComplete(long end) {
    for (var cell = resumeFrom >> cellBits; cell < end >> cellBits; cell++) {
      assertThat(picture().charAt((int) cell)).as("cell %d of %d", cell, end).isNotEqualTo('?');
    }
  }

  @Override
  public void close() {}
}
