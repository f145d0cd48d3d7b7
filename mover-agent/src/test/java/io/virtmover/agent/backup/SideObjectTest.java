// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.StoreCall.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Side objects that are sent in parts of a hundred bytes. */
class SideObjectTest {
  private static final String KEY = "image.qcow2.extents";
  private static final int PART = 100;
  private static final Map<String, String> METADATA = Map.of("attempt", "a1");

  private final InMemoryObjectStore store = new InMemoryObjectStore();

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "99, 0", "100, 0", "101, 2", "200, 2", "201, 3", "1000, 10"})
  void whatDoesNotFitIntoAPart_isSentInParts(int size, int parts) {
    // given
    var content = content(size);
    try (var side = open()) {
      // when
      side.write(ByteBuffer.wrap(content));
      var etag = side.store();

      // then
      var stat = store.stat(KEY).orElseThrow();
      assertThat(store.peek(KEY)).contains(content);
      assertThat(etag).isEqualTo(stat.etag());
      assertThat(stat.metadata()).isEqualTo(METADATA);
      assertThat(side.size()).isEqualTo(size);
      assertThat(side.crc32c()).isEqualTo(crc(content));
    }
    assertThat(store.count(Kind.UPLOAD_PART)).isEqualTo(parts);
    assertThat(store.count(Kind.PUT)).isEqualTo(parts == 0 ? 1 : 0);
    assertThat(store.count(Kind.ABORT_MULTIPART)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 99, 100, 101, 350})
  void howItIsCutIntoPieces_doesNotMatter(int piece) {
    // given
    var content = content(777);
    try (var side = open()) {
      // when
      for (var at = 0; at < content.length; at += piece) {
        var bytes = ByteBuffer.wrap(content, at, Math.min(piece, content.length - at));
        side.write(bytes);
        assertThat(bytes.remaining()).as("left to the caller").isPositive();
      }
      var _ = side.store();
    }

    // then
    assertThat(store.peek(KEY)).contains(content);
  }

  @ParameterizedTest
  @CsvSource({"0, 50, true", "50, 50, true", "51, 50, false", "100, 50, false", "1000, 50, false"})
  void onlyASmallOne_canBeAnInline(int size, int limit, boolean is) {
    // given
    var content = content(size);
    try (var side = open()) {
      side.write(ByteBuffer.wrap(content));

      // when
      var inline = side.inline(limit);

      // then
      assertThat(inline.isPresent()).isEqualTo(is);
      assertThat(inline.orElse(ByteBuffer.wrap(content))).isEqualTo(ByteBuffer.wrap(content));
    }
    assertThat(store.count(Kind.PUT)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 60, 100, 350})
  void theSameContentOfAnotherRun_isTakenOver(int size) {
    // given
    var content = content(size);
    store.plant(KEY, content);
    var theirs = store.stat(KEY).orElseThrow().etag();

    // when
    try (var side = open()) {
      side.write(ByteBuffer.wrap(content));
      assertThat(side.store()).isEqualTo(theirs);
    }

    // then
    assertThat(store.openUploads(KEY)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"60, 0", "60, 59", "350, 0", "350, 349"})
  void anotherContentOfTheSameSize_isAConflict(int size, int flipped) {
    // given
    var content = content(size);
    var other = content.clone();
    other[flipped] ^= 1;

    // then
    assertConflict(other, content);
  }

  @ParameterizedTest
  @CsvSource({"60, 59", "60, 61", "350, 100", "350, 351"})
  void oneOfAnotherSize_isAConflict(int size, int otherSize) {
    assertConflict(Arrays.copyOf(content(400), otherSize), content(size));
  }

  private void assertConflict(byte[] there, byte[] content) {
    store.plant(KEY, there);
    try (var side = open()) {
      side.write(ByteBuffer.wrap(content));
      assertThatThrownBy(side::store)
          .isInstanceOfSatisfying(
              VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFLICT))
          .hasMessageContaining(KEY);
    }
    assertThat(store.peek(KEY)).contains(there);
    assertThat(store.openUploads(KEY)).isEmpty();
  }

  @Test
  void oneThatIsGivenUp_leavesNothing() {
    // when
    try (var side = open()) {
      side.write(ByteBuffer.wrap(content(350)));
    }

    // then
    assertThat(store.keys()).isEmpty();
    assertThat(store.openUploads(KEY)).isEmpty();
    assertThat(store.count(Kind.ABORT_MULTIPART)).isEqualTo(1);
  }

  private SideObject open() {
    return new SideObject(store, KEY, METADATA, ByteBuffer.allocate(PART));
  }

  private static byte[] content(int size) {
    var content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }

  private static int crc(byte[] content) {
    var crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }
}
