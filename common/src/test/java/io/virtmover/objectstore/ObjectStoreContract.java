// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every store that backups go to has to do. A subclass provides an empty store. */
public abstract class ObjectStoreContract {
  private static final int PART = 5 << 20;

  /** An empty store; the same one during a test. */
  protected abstract ObjectStore store();

  @Test
  void shouldRefuseASecondCreation() {
    // given
    var first = put("a", "one", WriteCondition.ifAbsent());

    // when
    var second = put("a", "two", WriteCondition.ifAbsent());

    // then
    assertThat(first).isInstanceOf(WriteOutcome.Written.class);
    assertThat(second).isInstanceOf(WriteOutcome.ConditionFailed.class);
    assertThat(text("a")).isEqualTo("one");
  }

  @Test
  void shouldReplaceOnlyTheVersionThatWasRead() {
    // given
    put("a", "one", WriteCondition.always());
    var etag = store().stat("a").orElseThrow().etag();

    // when
    var first = put("a", "two", WriteCondition.ifUnchanged(etag));
    var second = put("a", "three", WriteCondition.ifUnchanged(etag));

    // then
    assertThat(first).isInstanceOf(WriteOutcome.Written.class);
    assertThat(second).isInstanceOf(WriteOutcome.ConditionFailed.class);
    assertThat(text("a")).isEqualTo("two");
  }

  @Test
  void shouldNotCreateWhatAnUnchangedVersionIsAskedOf() {
    // when
    var outcome = put("a", "one", WriteCondition.ifUnchanged("\"0123456789abcdef\""));

    // then
    assertThat(outcome).isInstanceOf(WriteOutcome.ConditionFailed.class);
    assertThat(store().stat("a")).isEmpty();
  }

  @Test
  void shouldTellTheVersionThatWasWritten() {
    // when
    var outcome = put("a", "one", WriteCondition.ifAbsent());

    // then
    var stat = store().stat("a").orElseThrow();
    assertThat(outcome).isEqualTo(new WriteOutcome.Written(stat.etag()));
    assertThat(store().get("a", 10).orElseThrow().stat().etag()).isEqualTo(stat.etag());
  }

  @Test
  void shouldKeepMetadataAndSize() {
    // when
    store().put("a", body("one"), WriteCondition.always(), Map.of("virtmover-attempt", "x-1"));

    // then
    var stat = store().stat("a").orElseThrow();
    assertThat(stat.metadata()).containsEntry("virtmover-attempt", "x-1");
    assertThat(stat.size()).isEqualTo(3);
  }

  @Test
  void shouldReadExactlyTheRangeThatWasAskedFor() {
    // given
    put("a", "0123456789", WriteCondition.always());
    var etag = store().stat("a").orElseThrow().etag();
    var into = ByteBuffer.allocate(6).position(2);

    // when
    store().getRange("a", 3, into, Optional.of(etag));

    // then
    assertThat(new String(into.array(), 2, 4, StandardCharsets.UTF_8)).isEqualTo("3456");
    assertThat(into.hasRemaining()).isFalse();
  }

  @Test
  void shouldRefuseARangeOfAMissingReplacedOrShortObject() {
    // given
    put("a", "one", WriteCondition.always());

    // then
    assertCorrupt(() -> store().getRange("b", 0, ByteBuffer.allocate(1), Optional.empty()));
    assertCorrupt(() -> store().getRange("a", 1, ByteBuffer.allocate(3), Optional.empty()));
    assertCorrupt(() -> store().getRange("a", 9, ByteBuffer.allocate(1), Optional.empty()));
    assertCorrupt(
        () -> store().getRange("a", 0, ByteBuffer.allocate(3), Optional.of("\"0123456789\"")));
  }

  @Test
  void shouldRefuseADocumentOverTheLimit() {
    // given
    put("a", "0123456789", WriteCondition.always());

    // then
    assertThat(store().get("a", 10)).isPresent();
    assertCorrupt(() -> store().get("a", 9));
  }

  @Test
  void shouldTakeWhatIsNotThereForAbsent() {
    // then
    assertThat(store().get("a", 10)).isEmpty();
    assertThat(store().stat("a")).isEmpty();
    assertThat(store().folders("nowhere/")).isEmpty();
    assertThat(store().openUploads("nowhere/")).isEmpty();
    store().delete("a");
  }

  @Test
  void shouldListByPrefixAndByFolder() {
    // given
    List.of("p/b/1", "p/a/1", "p/a/2", "q/1", "p/0")
        .forEach(key -> put(key, key, WriteCondition.always()));

    // then
    assertThat(keys("p/")).containsExactly("p/0", "p/a/1", "p/a/2", "p/b/1");
    assertThat(store().folders("p/")).containsExactly("a", "b");

    // when
    store().delete("p/a/1");

    // then
    assertThat(keys("p/a")).containsExactly("p/a/2");
  }

  @Test
  void shouldTakeKeysAsTheyAre() {
    // given
    var odd = List.of("k/a b", "k/a+b", "k/a%20b", "k/ä€", "k/a&b=c", "k/a~!'()*;:@$,");
    odd.forEach(key -> put(key, key, WriteCondition.ifAbsent()));

    // then
    assertThat(keys("k/")).containsExactlyInAnyOrderElementsOf(odd);
    for (var key : odd) {
      assertThat(text(key)).isEqualTo(key);
    }
  }

  @Test
  void shouldShowAMultipartUploadOnlyWhenComplete() {
    // given
    var first = random(1, PART);
    var last = random(2, 17);
    var upload = store().createMultipart("m/x", Map.of("k", "v"));
    var two = store().uploadPart(upload, 2, PartBody.of(last));
    var one = store().uploadPart(upload, 1, PartBody.of(first));
    assertThat(store().stat("m/x")).isEmpty();
    assertThat(store().openUploads("m/")).extracting(MultipartUpload::key).containsExactly("m/x");

    // when
    var outcome = store().completeMultipart(upload, List.of(one, two), WriteCondition.ifAbsent());

    // then
    var stat = store().stat("m/x").orElseThrow();
    assertThat(outcome).isEqualTo(new WriteOutcome.Written(stat.etag()));
    assertThat(stat.size()).isEqualTo(PART + 17);
    assertThat(stat.metadata()).containsEntry("k", "v");
    assertThat(bytes("m/x", PART - 3, 20))
        .isEqualTo(ByteBuffer.allocate(20).put(first, PART - 3, 3).put(last).array());
    assertThat(store().openUploads("m/")).isEmpty();
  }

  @Test
  void shouldNotCompleteAMultipartUploadOverAnotherObject() {
    // given
    var upload = store().createMultipart("m", Map.of());
    var part = store().uploadPart(upload, 1, PartBody.of(random(1, 100)));
    put("m", "other", WriteCondition.ifAbsent());

    // when
    var outcome = store().completeMultipart(upload, List.of(part), WriteCondition.ifAbsent());

    // then
    assertThat(outcome).isInstanceOf(WriteOutcome.ConditionFailed.class);
    assertThat(text("m")).isEqualTo("other");
    store().abortMultipart(upload);
    assertThat(store().openUploads("m")).isEmpty();
  }

  @Test
  void shouldRecogniseThePartsThatAreThere() {
    // given
    var one = random(1, PART);
    var upload = store().createMultipart("m", Map.of());
    store().uploadPart(upload, 1, PartBody.of(one));

    // when
    var parts = store().uploadedParts(upload);

    // then
    assertThat(parts).hasSize(1);
    assertThat(parts.getFirst().size()).isEqualTo(PART);
    assertThat(store().holds(parts.getFirst(), PartBody.of(one))).isTrue();
    one[PART / 2] ^= 1;
    assertThat(store().holds(parts.getFirst(), PartBody.of(one))).isFalse();
  }

  @Test
  void shouldForgetAnAbortedUpload() {
    // given
    var upload = store().createMultipart("m", Map.of());
    store().uploadPart(upload, 1, PartBody.of(random(1, 100)));

    // when
    store().abortMultipart(upload);

    // then
    assertThat(store().openUploads("m")).isEmpty();
    store().abortMultipart(upload);
  }

  @Test
  void shouldTellThatAnUploadIsGone() {
    // given
    var upload = store().createMultipart("m", Map.of());
    var part = store().uploadPart(upload, 1, PartBody.of(random(1, 100)));

    // when
    store().abortMultipart(upload);

    // then
    assertGone(() -> store().uploadPart(upload, 1, PartBody.of(random(1, 100))));
    assertGone(() -> store().completeMultipart(upload, List.of(part), WriteCondition.ifAbsent()));
    assertThat(store().uploadedParts(upload)).isEmpty();
    assertThat(store().stat("m")).isEmpty();
  }

  @Test
  void shouldTellThatAPartIsAnotherOne() {
    // given
    var upload = store().createMultipart("m", Map.of());
    var mine = store().uploadPart(upload, 1, PartBody.of(random(1, 100)));
    store().uploadPart(upload, 1, PartBody.of(random(2, 100)));

    // then
    assertGone(() -> store().completeMultipart(upload, List.of(mine), WriteCondition.ifAbsent()));
    assertThat(store().stat("m")).isEmpty();
  }

  @Test
  void shouldKnowAnObjectOfItsPartsAgain_whenItIsCompletedTwice() {
    // given
    var upload = store().createMultipart("m", Map.of());
    var one = store().uploadPart(upload, 1, PartBody.of(random(1, PART)));
    var two = store().uploadPart(upload, 2, PartBody.of(random(2, 17)));
    var first = store().completeMultipart(upload, List.of(one, two), WriteCondition.always());

    // when
    var second = store().completeMultipart(upload, List.of(one, two), WriteCondition.always());

    // then
    assertThat(second).isEqualTo(first).isInstanceOf(WriteOutcome.Written.class);
  }

  @Test
  void shouldNotTakeAnObjectOfTheSameSizeForItsOwn() {
    // given
    var mine = store().createMultipart("m", Map.of());
    var part = store().uploadPart(mine, 1, PartBody.of(random(1, 100)));
    store().abortMultipart(mine);
    var other = store().createMultipart("m", Map.of());
    var otherPart = store().uploadPart(other, 1, PartBody.of(random(2, 100)));
    var written = store().completeMultipart(other, List.of(otherPart), WriteCondition.always());
    var present = ((WriteOutcome.Written) written).etag();

    // then
    assertThat(store().completeMultipart(mine, List.of(part), WriteCondition.ifAbsent()))
        .isInstanceOf(WriteOutcome.ConditionFailed.class);
    assertThat(store().completeMultipart(mine, List.of(part), WriteCondition.ifUnchanged("\"0\"")))
        .isInstanceOf(WriteOutcome.ConditionFailed.class);
    assertGone(
        () -> store().completeMultipart(mine, List.of(part), WriteCondition.ifUnchanged(present)));
    assertGone(() -> store().completeMultipart(mine, List.of(part), WriteCondition.always()));
  }

  @Test
  void shouldRefuseToCompleteWithAHole() {
    // given
    var upload = store().createMultipart("m", Map.of());
    var one = store().uploadPart(upload, 1, PartBody.of(random(1, PART)));
    var three = store().uploadPart(upload, 3, PartBody.of(random(3, 17)));

    // then
    for (var parts : List.of(List.of(one, three), List.of(three, one), List.of(one, one))) {
      assertThatThrownBy(() -> store().completeMultipart(upload, parts, WriteCondition.ifAbsent()))
          .isInstanceOf(VirtMoverException.class)
          .hasMessageContaining("Part ");
    }
    assertThatThrownBy(
            () -> store().completeMultipart(upload, List.of(), WriteCondition.ifAbsent()))
        .isInstanceOf(VirtMoverException.class);
    assertThat(store().stat("m")).isEmpty();
  }

  @Test
  void shouldHoldAnEmptyObject() {
    // given
    put("a", "", WriteCondition.ifAbsent());

    // then
    assertThat(store().get("a", 0).orElseThrow().content().remaining()).isZero();
  }

  protected final WriteOutcome put(String key, String text, WriteCondition condition) {
    return store().put(key, body(text), condition, Map.of());
  }

  protected final String text(String key) {
    return StandardCharsets.UTF_8
        .decode(store().get(key, 1 << 20).orElseThrow().content())
        .toString();
  }

  protected static PartBody body(String text) {
    return PartBody.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] bytes(String key, long offset, int length) {
    var into = ByteBuffer.allocate(length);
    store().getRange(key, offset, into, Optional.empty());
    return into.array();
  }

  protected final List<String> keys(String prefix) {
    var keys = new ArrayList<String>();
    store().list(prefix, stat -> keys.add(stat.key()));
    return keys;
  }

  private static byte[] random(long seed, int length) {
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static void assertGone(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            UploadGoneException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.CONFLICT));
  }

  private static void assertCorrupt(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP));
  }
}
