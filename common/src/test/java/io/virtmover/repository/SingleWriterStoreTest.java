// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.StoreCall.Kind;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In front of a store that ignores conditions. */
class SingleWriterStoreTest {
  private final InMemoryObjectStore behind = new InMemoryObjectStore().ignoringConditions();
  private final SingleWriterStore store = new SingleWriterStore(behind);

  @ParameterizedTest(name = "{0} if {1} over {2}: written {3}")
  @CsvSource({
    "PUT,                always,    nothing, true",
    "PUT,                always,    old,     true",
    "PUT,                absent,    nothing, true",
    "PUT,                absent,    old,     false",
    "PUT,                unchanged, old,     true",
    "PUT,                unchanged, other,   false",
    "PUT,                unchanged, nothing, false",
    "COMPLETE_MULTIPART, always,    old,     true",
    "COMPLETE_MULTIPART, absent,    nothing, true",
    "COMPLETE_MULTIPART, absent,    old,     false",
    "COMPLETE_MULTIPART, unchanged, old,     true",
    "COMPLETE_MULTIPART, unchanged, other,   false",
  })
  void aCondition_isLookedAtBeforeTheWrite(
      Kind kind, String condition, String present, boolean written) {
    // given
    var wanted = condition(condition);
    plant(present);

    // when
    var outcome = write(kind, wanted);

    // then
    assertThat(outcome instanceof WriteOutcome.Written).isEqualTo(written);
    assertThat(content()).isEqualTo(written ? "new" : present);
  }

  @ParameterizedTest(name = "{0} if {1}")
  @CsvSource({
    "PUT,                always,    true",
    "PUT,                absent,    false",
    "PUT,                unchanged, false",
    "COMPLETE_MULTIPART, always,    true",
    "COMPLETE_MULTIPART, absent,    false",
    "COMPLETE_MULTIPART, unchanged, false",
  })
  void anotherWriterRightAfterTheWrite_isNoticedWhereThereIsACondition(
      Kind kind, String condition, boolean written) {
    // given
    var wanted = condition(condition);
    plant(condition.equals("unchanged") ? "old" : "nothing");
    behind.after(
        call -> {
          if (call.kind() == kind) {
            plant("theirs");
          }
        });

    // when
    var outcome = write(kind, wanted);

    // then
    assertThat(outcome instanceof WriteOutcome.Written).isEqualTo(written);
    assertThat(content()).isEqualTo("theirs");
  }

  private WriteCondition condition(String word) {
    return switch (word) {
      case "always" -> WriteCondition.always();
      case "absent" -> WriteCondition.ifAbsent();
      default -> {
        plant("old");
        var etag = behind.stat("k").map(ObjectStat::etag).orElseThrow();
        behind.remove("k");
        yield WriteCondition.ifUnchanged(etag);
      }
    };
  }

  private void plant(String text) {
    if (!text.equals("nothing")) {
      behind.plant("k", text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private WriteOutcome write(Kind kind, WriteCondition condition) {
    var body = PartBody.of("new".getBytes(StandardCharsets.UTF_8));
    if (kind == Kind.PUT) {
      return store.put("k", body, condition, Map.of());
    }
    var upload = store.createMultipart("k", Map.of());
    return store.completeMultipart(upload, List.of(store.uploadPart(upload, 1, body)), condition);
  }

  private String content() {
    return new String(
        behind.peek("k").orElse("nothing".getBytes(StandardCharsets.UTF_8)),
        StandardCharsets.UTF_8);
  }
}
