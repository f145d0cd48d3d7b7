// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.CheckpointName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The documents as released versions wrote them, which every later version has to read. {@code
 * -Dgolden.rewrite=true} writes them anew; the difference is to be reviewed.
 */
class GoldenFilesTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/v1");

  private final Bucket bucket = new Bucket();

  @BeforeEach
  void backUpTwice() {
    bucket.publishFull(0);
    bucket.publishIncrement(1, 0);
  }

  @Test
  void shouldWriteTheIndexAsRecorded() throws IOException {
    assertGolden("index.json", bucket.text(bucket.indexKey()));
  }

  @Test
  void shouldWriteTheManifestAsRecorded() throws IOException {
    assertGolden("manifest.json", bucket.text(bucket.manifestKey(1)));
  }

  @Test
  void shouldWriteTheBackupListAsRecorded() throws IOException {
    var key = bucket.root.key(RepositoryRoot.backupIndexPath(Bucket.backup(1)));

    assertGolden("backup-index.json", bucket.text(key));
  }

  @Test
  void shouldWriteTheCheckpointRecordAsRecorded() throws IOException {
    assertGolden("checkpoint.json", bucket.text(bucket.recordKey(1)));
  }

  /** A disk that was read whole in an increment says so; the others are as ever. */
  @Test
  void shouldWriteARecordOfDisksOfBothTypesAsRecorded() throws IOException {
    var mixed = bucket.withWhole(bucket.increment(2, 1), "rootdisk");

    bucket.publish(bucket.withImages(mixed, 2), 2);

    assertGolden("checkpoint-of-both-types.json", bucket.text(bucket.recordKey(2)));
    assertThat(bucket.repository.readRecord(id(2))).contains(mixed);
  }

  @Test
  void shouldWriteTheTrackerAsRecorded() throws IOException {
    var key = bucket.root.key(RepositoryRoot.trackerPath(Bucket.VM, Bucket.id(1)));

    assertGolden("vmbt.json", bucket.text(key));
  }

  @Test
  void shouldReadWhatWasRecorded() throws IOException {
    // given
    var old = new Bucket();
    old.plant(old.indexKey(), golden("index.json"));
    old.plant(old.manifestKey(1), golden("manifest.json"));
    old.plant(old.recordKey(1), golden("checkpoint.json"));

    // when
    var point = old.repository.restorePoint(Bucket.backup(1));

    // then
    assertThat(point.chain().names()).containsExactly(id(0), id(1));
    assertThat(old.repository.readRecord(id(1))).isEqualTo(Optional.of(bucket.increment(1, 0)));
  }

  private static CheckpointName id(int day) {
    return Bucket.id(day);
  }

  private static void assertGolden(String name, String actual) throws IOException {
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.writeString(GOLDEN.resolve(name), actual);
    }
    assertThat(actual).isEqualTo(golden(name));
  }

  private static String golden(String name) throws IOException {
    return Files.readString(GOLDEN.resolve(name));
  }
}
