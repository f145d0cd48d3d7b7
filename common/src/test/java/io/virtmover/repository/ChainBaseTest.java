// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.failure.FailureKind;
import io.virtmover.objectstore.StoreCall;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A full and three increments on it, each written with what its base was. */
class ChainBaseTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Bucket bucket = new Bucket();

  @BeforeEach
  void backUp() {
    bucket.publishFull(0);
    for (var day = 1; day <= 3; day++) {
      var record = bucket.withImages(bucket.increment(day, day - 1), day);
      bucket.publish(bucket.withChainDigest(record, check(day - 1).orElseThrow()), day);
    }
  }

  @Test
  void aBaseThatIsAsItWas_costsTheRecordsAtItsEnds() {
    // given
    var before = bucket.store.calls().size();

    // when
    var _ = check(3);

    // then: the index by the test, one listing, the parent's record and the full's
    var calls = bucket.store.calls().subList(before, bucket.store.calls().size());
    assertThat(calls)
        .extracting(StoreCall::key)
        .containsExactly(
            bucket.indexKey(),
            bucket.root.key(RepositoryRoot.vmFolder(Bucket.VM)),
            bucket.recordKey(3),
            bucket.recordKey(0));
  }

  @Test
  void aRecordWithoutADigest_asEarlierVersionsWroteIt_hasAllReadAgain() {
    // given
    bucket.publishIncrement(4, 3);

    // then
    assertThat(recordsReadFor(4)).isEqualTo(5);
    assertThat(recordsReadFor(3)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aRecordThatWasReplaced_isReadAgain_andWhatIsWrongWithItIsFound(int day) {
    // given
    bucket.plant(bucket.recordKey(day), bucket.text(bucket.recordKey(3)));

    // then
    assertFails(() -> check(3), FailureKind.CORRUPT_BACKUP, "describes checkpoint");
  }

  @ParameterizedTest
  @CsvSource({"0, rootdisk", "1, data-disk-1", "2, rootdisk", "3, data-disk-1"})
  void anImageThatIsGone_isMissed(int day, String volume) {
    // given
    bucket.store.remove(image(day, volume));

    // then
    assertFails(() -> check(3), FailureKind.CHAIN_BROKEN, image(day, volume));
  }

  /** Another object beside them may be anything: it is looked at. */
  @ParameterizedTest
  @CsvSource({"0, 4", "1, 4", "2, 4", "3, 2"})
  void whateverIsListedOtherwise_hasAllBelowReadAgain(int day, int records) {
    // given
    bucket.plant(bucket.recordKey(day) + ".copy", "{}");

    // then
    assertThat(recordsReadFor(3)).isEqualTo(records);
  }

  @Test
  void anImageOfTheSameSizeAndAnotherTag_hasAllBelowReadAgain() {
    // given
    var image = image(1, "rootdisk");
    bucket.store.plant(image, Bucket.image(1, "rootdisk"), "\"other\"");

    // then
    assertThat(recordsReadFor(3)).isEqualTo(4);
  }

  @Test
  void aListingWithoutTags_tellsNothing() {
    // given
    bucket.store.plant(image(1, "rootdisk"), Bucket.image(1, "rootdisk"), "");

    // then
    assertThat(recordsReadFor(3)).isEqualTo(4);
    assertThat(check(3)).isEmpty();
  }

  @Test
  void aDiskThatALowerEntryHasNoMore_isMissed() throws IOException {
    // given
    edit(1, entry -> array(entry, "files").remove(0));

    // then
    assertFails(
        () -> check(3), FailureKind.CHAIN_BROKEN, "is missing in checkpoint " + Bucket.id(1));
  }

  @Test
  void aDiskThatOnlyTheParentsEntryHas_isMissedBelow() throws IOException {
    // given: the object is there
    edit(
        3,
        entry -> {
          var more = array(entry, "files").get(0).deepCopy();
          array(entry, "files").add(more);
          var path = RepositoryRoot.imagePath(Bucket.VM, Bucket.id(3), "more.qcow2");
          ((ObjectNode) more).put("filename", "more.qcow2").put("diskName", "more");
          ((ObjectNode) more).put("objectPath", path).put("size", 1);
          bucket.plant(bucket.root.key(path), "x");
        });

    // then
    assertFails(
        () -> check(3),
        FailureKind.CHAIN_BROKEN,
        "Disk more is missing in checkpoint " + Bucket.id(2));
  }

  @Test
  void whatDecidesWhoseImageItIs_hasAllBelowReadAgain() throws IOException {
    // given
    edit(1, entry -> entry.put("vmBackup", ""));

    // then
    assertThat(recordsReadFor(3)).isEqualTo(4);
  }

  private void edit(int day, Consumer<ObjectNode> change) throws IOException {
    var index = JSON.readTree(bucket.text(bucket.indexKey()));
    change.accept((ObjectNode) index.get("checkpoints").get(day));
    bucket.plant(bucket.indexKey(), index.toString());
  }

  private static ArrayNode array(ObjectNode entry, String name) {
    return (ArrayNode) entry.get(name);
  }

  private Optional<String> check(int day) {
    var chain = bucket.repository.readIndex().chainOf(Bucket.id(day));
    return bucket.repository.checkBase(chain, bucket.repository.objects());
  }

  private long recordsReadFor(int day) {
    var before = bucket.store.calls().size();
    var _ = check(day);
    var calls = bucket.store.calls();
    return calls.subList(before, calls.size()).stream()
        .filter(call -> call.key().endsWith("/checkpoint.json"))
        .count();
  }

  private String image(int day, String volume) {
    return bucket.root.key(
        RepositoryRoot.imagePath(
            Bucket.VM, Bucket.id(day), "vmb-du-night-%d-%s.qcow2".formatted(day, volume)));
  }
}
