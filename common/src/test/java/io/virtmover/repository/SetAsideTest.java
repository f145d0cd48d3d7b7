// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.StoreCall;
import io.virtmover.objectstore.StoreCall.Kind;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SetAsideTest {
  private static final int PIECE = 8 << 20;

  private final InMemoryObjectStore store = new InMemoryObjectStore();

  @ParameterizedTest
  @CsvSource({"0, 0", "3, 0", "8388608, 0", "8388609, 2", "16777216, 2", "16777217, 3"})
  void anObject_isCopiedWhateverItsSize(int size, int parts) {
    // given
    var bytes = plant(size);

    // when
    var copy = copy();

    // then
    assertThat(copy).isEqualTo("a/index.json.unreadable-1700000000123");
    assertThat(store.peek(copy)).hasValue(bytes);
    assertThat(store.peek("a/index.json")).hasValue(bytes);
    assertThat(store.count(Kind.UPLOAD_PART)).isEqualTo(parts);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, PIECE + 1})
  void anObjectThatIsReplacedMeanwhile_isNotTakenForTheOneThatWasRead(int size) {
    // given
    plant(size);
    store.before(
        call -> {
          if (call.kind() == Kind.GET_RANGE) {
            store.plant("a/index.json", new byte[size]);
          }
        });

    // then
    assertFails(this::copy, FailureKind.CORRUPT_BACKUP, "was replaced");
    assertThat(store.keys()).containsExactly("a/index.json");
    assertThat(store.openUploads("")).isEmpty();
  }

  @Test
  void aCopyThatFailsHalfWay_leavesNothing() {
    // given
    plant(PIECE + 1);
    store.failFrom(2, call -> call.kind() == Kind.UPLOAD_PART);

    // then
    assertFails(this::copy, FailureKind.UNAVAILABLE, "on purpose");
    assertThat(store.openUploads("")).isEmpty();
    assertThat(store.calls()).extracting(StoreCall::kind).contains(Kind.ABORT_MULTIPART);
  }

  /** The requests of an interrupted thread fail, and none of them would free the parts. */
  @Test
  void aCopyThatIsInterrupted_leavesNothing() {
    // given
    plant(PIECE + 1);
    store.before(
        call -> {
          if (call.kind() == Kind.UPLOAD_PART) {
            Thread.currentThread().interrupt();
          }
          if (Thread.currentThread().isInterrupted()) {
            throw new VirtMoverException(FailureKind.CANCELED, "It was canceled.");
          }
        });

    // when
    assertFails(this::copy, FailureKind.CANCELED, "It was canceled");

    // then
    assertThat(Thread.interrupted()).isTrue();
    assertThat(store.openUploads("")).isEmpty();
  }

  @Test
  void aCopyThatEndsWithAnError_leavesNothing() {
    // given
    plant(PIECE + 1);
    store.before(
        call -> {
          if (call.kind() == Kind.UPLOAD_PART) {
            throw new OutOfMemoryError("on purpose");
          }
        });

    // then
    assertThatThrownBy(this::copy).isInstanceOf(OutOfMemoryError.class);
    assertThat(store.openUploads("")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(FailureKind.class)
  void whatCouldNotBeFetched_isNoDamage(FailureKind kind) {
    assertThat(SetAside.isDamage(new VirtMoverException(kind, "")))
        .isEqualTo(kind == FailureKind.CORRUPT_BACKUP || kind == FailureKind.UNSUPPORTED);
  }

  private byte[] plant(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    store.plant("a/index.json", bytes);
    return bytes;
  }

  private String copy() {
    var seen = store.stat("a/index.json").orElseThrow();
    return SetAside.copy(store, seen, Instant.ofEpochMilli(1_700_000_000_123L));
  }
}
