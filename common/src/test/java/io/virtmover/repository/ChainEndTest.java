// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.failure.FailureKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of a full on day 0 and increments on days 1 and 2. */
class ChainEndTest {
  private final Bucket bucket = new Bucket();

  @BeforeEach
  void backUp() {
    bucket.publishFull(0);
    bucket.publishIncrement(1, 0);
    bucket.publishIncrement(2, 1);
  }

  @ParameterizedTest(name = "without {0}, with {1} unreadable, after {2}: {3}")
  @CsvSource({
    "'',    '', 2, none",
    "'',    '', 1, 2",
    "'',    '', 0, 2",
    "2,     '', 1, none",
    "2,     '', 0, 1",
    "1,     '', 0, 2",
    "'1 2', '', 0, none",
    "'',    2,  1, 2",
    "1,     2,  0, 2",
    "'0 1', '', 9, 2",
    "'1 2', '', 9, 0",
  })
  void theLatestThatABackupNeeds_isInTheWay(
      String deleted, String damaged, int parent, String needed) {
    // given
    for (var day : deleted.split(" ", -1)) {
      if (!day.isEmpty()) {
        bucket.store.remove(bucket.manifestKey(Integer.parseInt(day)));
      }
    }
    if (!damaged.isEmpty()) {
      bucket.plant(bucket.manifestKey(Integer.parseInt(damaged)), "{");
    }

    // then
    assertThat(neededAfter(parent)).isEqualTo(needed);
  }

  /** A name in the index is no proof, be it that of a backup with another chain. */
  @Test
  void aBackupThatIsSaidToNeedIt_needsWhatItsManifestNames() {
    // given
    bucket.store.remove(bucket.manifestKey(2));
    bucket.plant(
        bucket.indexKey(),
        bucket
            .text(bucket.indexKey())
            .replaceFirst("\\[\\s*\"night-2\"\\s*]", "[\"../x\", \"night-0\", \"night-2\"]"));
    assertThat(bucket.text(bucket.indexKey())).contains("../x");

    // then
    assertThat(neededAfter(1)).isEqualTo("none");
  }

  @Test
  void whatCannotBeFetched_isNotGuessed() {
    // given
    bucket.store.failFrom(1, call -> call.key().equals(bucket.manifestKey(2)));

    // then
    assertFails(() -> neededAfter(1), FailureKind.UNAVAILABLE, "on purpose");
  }

  private String neededAfter(int parent) {
    return new ChainEnd(bucket.repository, bucket.repository.readIndex())
        .neededAfter(Bucket.id(parent))
        .map(entry -> entry.vmBackup().replace("vmb-du-night-", ""))
        .orElse("none");
  }
}
