// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.StoreCall.Kind;
import io.virtmover.objectstore.WriteCondition;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An object of 1000 bytes that is read ahead in three pieces of 64; its head is 16 bytes. */
class ImageComparisonTest {
  private static final String KEY = "image.qcow2";
  private static final int SIZE = 1000;
  private static final int HEAD = 16;

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final byte[] image = new byte[SIZE];

  @BeforeEach
  void store() {
    new Random(3).nextBytes(image);
    var _ =
        store.put(
            KEY,
            PartBody.of(image),
            WriteCondition.ifAbsent(),
            Map.of(DiskBackup.ATTEMPT, "the-first"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 63, 64, 65, 200, 1000})
  void theSameBytes_areTakenOver_howeverTheyCome(int piece) {
    try (var comparison = comparison()) {
      // when
      write(comparison, image, piece);

      // then
      assertThat(comparison.finish(head())).isEqualTo(etag());
      assertThat(comparison.reusedBytes()).isEqualTo(SIZE);
    }
    assertThat(store.count(Kind.PUT)).isEqualTo(1);
  }

  /** While an image is written its head is not known yet. */
  @Test
  void whatStandsForTheHeadMeanwhile_isNotCompared() {
    // given
    var written = image.clone();
    Arrays.fill(written, 0, HEAD, (byte) 0);
    try (var comparison = comparison()) {
      // when
      write(comparison, written, 10);

      // then
      assertThat(comparison.finish(head())).isEqualTo(etag());
    }
  }

  @ParameterizedTest
  @CsvSource({"16, 7", "17, 1000", "63, 64", "64, 64", "500, 1", "999, 1000", "999, 100"})
  void aBitThatDiffers_isSeenWhereverItIs(int at, int piece) {
    // given
    var written = image.clone();
    written[at] ^= 0x10;
    try (var comparison = comparison()) {
      // then
      assertConflict(() -> write(comparison, written, piece));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 15})
  void aHeadThatDiffers_isSeenAtTheEnd(int at) {
    // given
    var head = head();
    head.put(at, (byte) (head.get(at) ^ 1));
    try (var comparison = comparison()) {
      write(comparison, image, 100);

      // then
      assertConflict(() -> comparison.finish(head));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 64, 999})
  void aShorterImage_isNotTheSame(int length) {
    try (var comparison = comparison()) {
      write(comparison, Arrays.copyOf(image, length), 100);
      assertConflict(() -> comparison.finish(head()));
    }
  }

  @Test
  void aLongerImage_isNotTheSame() {
    try (var comparison = comparison()) {
      assertConflict(() -> write(comparison, Arrays.copyOf(image, SIZE + 1), 100));
    }
  }

  @Test
  void anObjectThatIsReplacedMeanwhile_isNotMixedWithTheOneBefore() {
    try (var comparison = comparison()) {
      write(comparison, Arrays.copyOf(image, 500), 100);

      // when
      image[900] ^= 1;
      store.plant(KEY, image);

      // then
      assertThatThrownBy(
              () -> {
                write(comparison, Arrays.copyOfRange(image, 500, SIZE), 100);
                comparison.finish(head());
              })
          .isInstanceOf(VirtMoverException.class);
    }
  }

  @Test
  void aReadThatFails_isThrown() {
    // given
    store.failFrom(1, call -> call.kind() == Kind.GET_RANGE);
    try (var comparison = comparison()) {
      // then
      assertThatThrownBy(() -> write(comparison, image, 100))
          .isInstanceOfSatisfying(
              VirtMoverException.class,
              e -> assertThat(e.kind()).isEqualTo(FailureKind.UNAVAILABLE));
    }
  }

  private static void assertConflict(ThrowingCallable comparing) {
    assertThatThrownBy(comparing)
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFLICT))
        .hasMessageContaining(KEY)
        .hasMessageContaining("attempt the-first");
  }

  private ImageComparison comparison() {
    return new ImageComparison(store, store.stat(KEY).orElseThrow(), HEAD, 64, 3);
  }

  private static void write(ImageComparison comparison, byte[] bytes, int piece) {
    for (var at = 0; at < bytes.length; at += piece) {
      comparison.write(ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at)));
    }
  }

  private ByteBuffer head() {
    return ByteBuffer.wrap(Arrays.copyOf(image, HEAD));
  }

  private Optional<String> etag() {
    return store.stat(KEY).map(stat -> stat.etag());
  }
}
