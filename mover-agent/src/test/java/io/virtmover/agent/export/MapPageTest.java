// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer reads the same however it is cut into pieces, and a cut one never reads as whole. */
class MapPageTest {
  private record Taken(long offset, long length, long type, String description) {}

  private static final String ANSWER =
      """
      {"new":[{"a":[1,{"extents":[]}]}],"extents":[
        {"offset":0,"length":65536,"type":1,"description":"dirty"},
        {"description":"dirty,zero","more":{"offset":7},"type":3,"length":4096,"offset":65536},
        {"offset":69632,"length":1099511558144,"type":0,"description":"clean","list":[1,[2]]}
      ],"next_offset":1099511627776,"later":null}
      """;

  private static final List<Taken> EXTENTS =
      List.of(
          new Taken(0, 65_536, 1, "dirty"),
          new Taken(65_536, 4096, 3, "dirty,zero"),
          new Taken(69_632, (1L << 40) - 69_632, 0, "clean"));

  private final List<Taken> taken = new ArrayList<>();
  private final MapPage page =
      new MapPage(
          new MapCoverage(
              "d",
              0,
              1L << 40,
              (offset, length, type, description) ->
                  taken.add(new Taken(offset, length, type, description))));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 1000})
  void piecesOfAnySize_readTheSame(int size) {
    // when
    for (var at = 0; at < ANSWER.length(); at += size) {
      assertThat(page.take(piece(at, Math.min(ANSWER.length(), at + size)))).isTrue();
    }

    // then
    assertThat(page.trouble()).isEmpty();
    assertThat(taken).isEqualTo(EXTENTS);
    assertThat(page.bytesUsed()).isEqualTo(ANSWER.length());
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15})
  void randomPieces_readTheSame(long seed) {
    var random = new Random(seed);
    for (var at = 0; at < ANSWER.length(); ) {
      var end = Math.min(ANSWER.length(), at + random.nextInt(40));
      page.take(piece(at, end));
      at = end;
    }
    assertThat(page.trouble()).as("seed %d", seed).isEmpty();
    assertThat(taken).as("seed %d", seed).isEqualTo(EXTENTS);
  }

  @Test
  void everyCut_isSeen_andKeepsWholeExtentsOnly() {
    var whole = ANSWER.strip();
    for (var cut = 0; cut < whole.length(); cut++) {
      var before = new ArrayList<Taken>();
      var cutPage =
          new MapPage(
              new MapCoverage(
                  "d",
                  0,
                  1L << 40,
                  (o, l, t, description) -> before.add(new Taken(o, l, t, description))));
      if (cut > 0) {
        cutPage.take(piece(0, cut));
      }
      assertThat(cutPage.trouble()).as("cut at %d", cut).isPresent();
      assertThat(before).as("cut at %d", cut).isEqualTo(EXTENTS.subList(0, before.size()));
    }
  }

  private static ByteBuffer piece(int from, int to) {
    var bytes = ANSWER.substring(from, to).getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }
}
