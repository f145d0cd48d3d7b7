// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.RandomReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A table of numbers, each of which tells where it lies. */
class TableSlicesTest {
  private static final long TABLE = 4096;
  private static final long ENTRIES = 2 * TableSlices.ENTRIES + 5;

  private record Ruler(List<Long> read) implements RandomReader {
    @Override
    public String name() {
      return "ruler";
    }

    @Override
    public long size() {
      return Long.MAX_VALUE;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
      read.add(offset);
      for (var at = offset; into.hasRemaining(); at += Long.BYTES) {
        into.putLong(at);
      }
    }
  }

  private final Ruler file = new Ruler(new ArrayList<>());
  private final List<Integer> checked = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "0, 0, 8192",
    "8191, 0, 8192",
    "8192, 8192, 8192",
    "16384, 16384, 5",
    "16388, 16384, 5"
  })
  void anEntry_isInTheSliceAroundIt(long index, long first, int length) {
    // when
    var slice = slice(new TableSlices(file, 1), index);

    // then
    assertThat(slice).hasSize(length);
    assertThat(slice[(int) (index - first)]).isEqualTo(TABLE + index * Long.BYTES);
    assertThat(checked).containsExactly(length);
  }

  @Test
  void theSlicesUsedLast_areKept() {
    // given
    var slices = new TableSlices(file, 2);

    // when
    for (var index : List.of(0, 8192, 1, 16384, 2, 8193)) {
      var _ = slice(slices, index);
    }

    // then
    assertThat(file.read()).containsExactly(at(0), at(8192), at(16384), at(8192));
    assertThat(checked).hasSize(4);
  }

  @Test
  void ofNone_noneIsKept() {
    // given
    var slices = new TableSlices(file, 0);

    // when
    var _ = slice(slices, 0);
    var _ = slice(slices, 0);

    // then
    assertThat(file.read()).containsExactly(at(0), at(0));
  }

  @Test
  void aSliceThatIsRefused_isNotKept() {
    // given
    var slices = new TableSlices(file, 1);
    assertThatThrownBy(
            () ->
                slices.slice(
                    TABLE,
                    ENTRIES,
                    0,
                    _ -> {
                      throw new IllegalStateException("refused");
                    }))
        .hasMessage("refused");

    // when
    var _ = slice(slices, 0);

    // then
    assertThat(file.read()).containsExactly(at(0), at(0));
    assertThat(checked).hasSize(1);
  }

  private long[] slice(TableSlices slices, long index) {
    return slices.slice(TABLE, ENTRIES, index, slice -> checked.add(slice.length));
  }

  private static long at(long index) {
    return TABLE + index * Long.BYTES;
  }
}
