// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.VirtMoverException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InMemoryObjectStoreTest {
  private final InMemoryObjectStore store = new InMemoryObjectStore();

  @Test
  void shouldRefuseASecondCreation() {
    // given
    var first = put("a", "one", WriteCondition.ifAbsent());

    // when
    var second = put("a", "two", WriteCondition.ifAbsent());

    // then
    assertThat(first).isInstanceOf(WriteOutcome.Written.class);
    assertThat(second).isInstanceOf(WriteOutcome.ConditionFailed.class);
    assertThat(store.peek("a")).hasValue(bytes("one"));
  }

  @Test
  void shouldReplaceOnlyTheVersionThatWasRead() {
    // given
    put("a", "one", WriteCondition.always());
    var etag = store.stat("a").orElseThrow().etag();

    // when
    var first = put("a", "two", WriteCondition.ifUnchanged(etag));
    var second = put("a", "three", WriteCondition.ifUnchanged(etag));

    // then
    assertThat(first).isInstanceOf(WriteOutcome.Written.class);
    assertThat(second).isInstanceOf(WriteOutcome.ConditionFailed.class);
  }

  @Test
  void shouldListByPrefixAndByFolder() {
    // given
    List.of("p/b/1", "p/a/1", "p/a/2", "q/1", "p/0").forEach(key -> store.plant(key, bytes(key)));

    // when
    var listed = new ArrayList<String>();
    store.list("p/", stat -> listed.add(stat.key()));

    // then
    assertThat(listed).containsExactly("p/0", "p/a/1", "p/a/2", "p/b/1");
    assertThat(store.folders("p/")).containsExactly("a", "b");
  }

  @Test
  void shouldShowAMultipartUploadOnlyWhenComplete() {
    // given
    var upload = store.createMultipart("m", Map.of("k", "v"));
    var one = store.uploadPart(upload, 1, body("on"));
    var two = store.uploadPart(upload, 2, body("e"));
    assertThat(store.stat("m")).isEmpty();

    // when
    var outcome = store.completeMultipart(upload, List.of(one, two), WriteCondition.ifAbsent());

    // then
    assertThat(outcome).isInstanceOf(WriteOutcome.Written.class);
    assertThat(store.peek("m")).hasValue(bytes("one"));
    assertThat(store.stat("m").orElseThrow().metadata()).containsEntry("k", "v");
    assertThat(store.openUploads("")).isEmpty();
  }

  @Test
  void shouldRefuseARangeOfAReplacedOrShortObject() {
    // given
    store.plant("a", bytes("one"));

    // then
    assertThatThrownBy(() -> store.getRange("a", 1, ByteBuffer.allocate(3), Optional.empty()))
        .isInstanceOf(VirtMoverException.class);
    assertThatThrownBy(() -> store.getRange("a", 0, ByteBuffer.allocate(3), Optional.of("\"x\"")))
        .isInstanceOf(VirtMoverException.class);
  }

  @Test
  void shouldFailOnDemandBeforeOrAfterTheEffect() {
    // given
    store.failFrom(2, call -> call.kind().isWrite());
    put("a", "one", WriteCondition.always());

    // then
    assertThatThrownBy(() -> put("b", "two", WriteCondition.always()))
        .isInstanceOf(VirtMoverException.class);
    assertThat(store.keys()).containsExactly("a");

    // given
    store.behave();
    store.loseAnswersFrom(1, call -> call.kind().isWrite());

    // then
    assertThatThrownBy(() -> put("c", "three", WriteCondition.always()))
        .isInstanceOf(VirtMoverException.class);
    assertThat(store.keys()).containsExactly("a", "c");
  }

  private WriteOutcome put(String key, String text, WriteCondition condition) {
    return store.put(key, body(text), condition, Map.of());
  }

  private static PartBody body(String text) {
    return PartBody.of(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
