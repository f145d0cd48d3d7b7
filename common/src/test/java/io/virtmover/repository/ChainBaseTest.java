// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoreCall;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A full and three increments on it, each written with what its base was. */
class ChainBaseTest {
  private final Bucket bucket = new Bucket();

  @BeforeEach
  void backUp() {
    bucket.publishFull(0);
    for (var day = 1; day <= 3; day++) {
      var record = bucket.withImages(bucket.increment(day, day - 1), day);
      bucket.publish(bucket.withChainDigest(record, check(day - 1)), day);
    }
  }

  @Test
  void aBaseThatIsAsItWas_costsOneRecord() {
    // given
    var before = bucket.store.calls().size();

    // when
    var _ = check(3);

    // then: the index by the test, one listing, one record
    var calls = bucket.store.calls().subList(before, bucket.store.calls().size());
    assertThat(calls)
        .extracting(StoreCall::key)
        .containsExactly(
            bucket.indexKey(),
            bucket.root.key(RepositoryRoot.vmFolder(Bucket.VM)),
            bucket.recordKey(3));
  }

  @Test
  void aRecordWithoutADigest_asEarlierVersionsWroteIt_hasAllReadAgain() {
    // given
    bucket.publishIncrement(4, 3);

    // then
    assertThat(recordsReadFor(4)).isEqualTo(5);
    assertThat(recordsReadFor(3)).isEqualTo(1);
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
  @CsvSource({"0, 4", "1, 4", "2, 4", "3, 1"})
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
  void whatTheIndexSaysOtherwise_isNotTakenForChecked() {
    // given: the full's image has another size in the index and in the bucket, its record is as it
    // was
    var index = bucket.text(bucket.indexKey());
    var size = Bucket.image(0, "rootdisk").length;
    bucket.plant(
        bucket.indexKey(),
        index.replaceFirst(
            "(vmb-du-night-0-rootdisk.qcow2\",\\s*\"diskName\": \"rootdisk\",\\s*\"size\": )"
                + size,
            "$1" + (size + 1)));
    assertThat(bucket.text(bucket.indexKey())).isNotEqualTo(index);

    // then
    assertThatThrownBy(() -> check(3))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("instead of " + (size + 1));
  }

  private String check(int day) {
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
