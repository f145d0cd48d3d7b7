// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static io.virtmover.failure.Failures.assertFails;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ForwardingObjectStore;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes of it, nothing is left behind. */
class StoreCapabilitiesTest {
  /** What a server can get wrong. */
  enum Fault {
    TAKES_IF_ABSENT_FOR_ALWAYS,
    TAKES_IF_UNCHANGED_FOR_ALWAYS,
    TAKES_CONDITIONS_OF_COMPLETIONS_FOR_ALWAYS,
    SAYS_WRITTEN_AND_WRITES_NOTHING,
    REFUSES_CONDITIONS
  }

  private final InMemoryObjectStore behind = new InMemoryObjectStore();

  @AfterEach
  void nothingIsLeft() {
    assertThat(behind.keys()).isEmpty();
    assertThat(behind.openUploads("")).isEmpty();
  }

  @Test
  void aStoreThatHonoursThem_isBelieved() {
    assertThat(honours(behind)).isTrue();
    assertThat(behind.calls()).allMatch(call -> call.key().startsWith("r/virtmover/probe-"));
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aStoreThatDoesNot_isFoundOut(Fault fault) {
    assertThat(honours(faulty(fault))).isFalse();
  }

  /** The answer to a write is lost, and its repetition meets what the write has made. */
  @ParameterizedTest
  @ValueSource(strings = {"one", "three"})
  void aWriteThatIsRefusedAsItsOwnRepetition_isNone(String content) {
    // given
    var repeating =
        new ForwardingObjectStore(behind) {
          @Override
          public WriteOutcome put(
              String key, PartBody body, WriteCondition condition, Map<String, String> metadata) {
            var outcome = super.put(key, body, condition, metadata);
            var isRepeated =
                !(condition instanceof WriteCondition.Always)
                    && behind
                        .peek(key)
                        .map(bytes -> new String(bytes, US_ASCII))
                        .filter(content::equals)
                        .isPresent();
            return isRepeated ? super.put(key, body, condition, metadata) : outcome;
          }
        };

    // then
    assertThat(honours(repeating)).isTrue();
  }

  /** What fails without a condition, too, is not told as conditions that are not honoured. */
  @Test
  void aStoreThatCannotBeWrittenTo_isToldAsThat() {
    // given
    behind.before(
        call -> {
          if (call.kind().isWrite()) {
            throw new VirtMoverException(FailureKind.UNSUPPORTED, "Checksums are refused.");
          }
        });

    // then
    assertFails(() -> honours(behind), FailureKind.UNSUPPORTED, "Checksums are refused");
  }

  @Test
  void aStoreThatDoesNotAnswer_isNotJudged() {
    // given
    behind.failFrom(2, call -> call.kind().isWrite());

    // when
    assertFails(() -> honours(behind), FailureKind.UNAVAILABLE, "on purpose");

    // then: what was written before could not be deleted
    behind.keys().forEach(behind::remove);
  }

  @Test
  void aMark_isOfOneStoreOnly() {
    // given
    var copied =
        new ForwardingObjectStore(behind) {
          @Override
          public String identity() {
            return "elsewhere";
          }
        };
    var mark = StoreCapabilities.mark(behind);

    // then
    assertThat(StoreCapabilities.isMarked(behind, mark)).isTrue();
    assertThat(StoreCapabilities.isMarked(copied, mark)).isFalse();
    assertThat(StoreCapabilities.isMarked(behind, Map.of())).isFalse();
    assertThat(StoreCapabilities.isMarked(behind, Map.of(StoreCapabilities.MARK, "1"))).isFalse();
  }

  private static boolean honours(ObjectStore store) {
    return StoreCapabilities.honoursConditions(store, new RepositoryRoot("r"));
  }

  private ObjectStore faulty(Fault fault) {
    return new ForwardingObjectStore(behind) {
      @Override
      public WriteOutcome put(
          String key, PartBody body, WriteCondition condition, Map<String, String> metadata) {
        if (fault == Fault.SAYS_WRITTEN_AND_WRITES_NOTHING) {
          return new WriteOutcome.Written("\"1\"");
        }
        return super.put(key, body, heard(condition), metadata);
      }

      @Override
      public WriteOutcome completeMultipart(
          MultipartUpload upload, List<UploadedPart> parts, WriteCondition condition) {
        var heard =
            fault == Fault.TAKES_CONDITIONS_OF_COMPLETIONS_FOR_ALWAYS
                ? WriteCondition.always()
                : condition;
        return super.completeMultipart(upload, parts, heard);
      }

      private WriteCondition heard(WriteCondition condition) {
        return switch (condition) {
          case WriteCondition.Always() -> condition;
          case WriteCondition.IfAbsent() when fault == Fault.TAKES_IF_ABSENT_FOR_ALWAYS ->
              WriteCondition.always();
          case WriteCondition.IfUnchanged(var _)
              when fault == Fault.TAKES_IF_UNCHANGED_FOR_ALWAYS ->
              WriteCondition.always();
          case WriteCondition.IfAbsent(), WriteCondition.IfUnchanged(var _) -> {
            if (fault == Fault.REFUSES_CONDITIONS) {
              throw new VirtMoverException(FailureKind.UNSUPPORTED, "501");
            }
            yield condition;
          }
        };
      }
    };
  }
}
