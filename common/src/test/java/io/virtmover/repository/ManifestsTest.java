// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestsTest {
  private static final BackupName BACKUP = Bucket.backup(0);
  private static final CheckpointName A = new CheckpointName("a");
  private static final CheckpointName B = new CheckpointName("b");

  private final Bucket bucket = new Bucket();
  private final Manifests manifests = bucket.repository.manifests();

  @Test
  void aManifest_isWrittenOnceAndNeverReplaced() {
    // given
    var manifest = new Manifest(Bucket.VM, BACKUP, List.of(A, B));

    // then
    assertThat(manifests.find(BACKUP)).isEmpty();
    assertThat(manifests.write(manifest, Bucket.START)).isTrue();
    assertThat(manifests.write(new Manifest(Bucket.VM, BACKUP, List.of(A)), Bucket.START))
        .isFalse();
    assertThat(manifests.find(BACKUP)).contains(manifest);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"checkpointChain": ["a", "b"]}
          {"namespace": "", "name": null, "CheckpointChain": ["a", "b"]}
          {"checkpointChain": [{"id": "a", "type": "full"}, "b"], "backupName": "another"}
          """)
  void whatEarlyUploadersWrote_isRead(String json) {
    // given
    plant(json);

    // then
    assertThat(manifests.find(BACKUP)).contains(new Manifest(Bucket.VM, BACKUP, List.of(A, B)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                          | checkpointChain is empty or names a checkpoint twice
          {"checkpointChain": []}                     | checkpointChain is empty or names a checkpoint twice
          {"checkpointChain": ["a", "b", "a"]}        | checkpointChain is empty or names a checkpoint twice
          {"checkpointChain": "a"}                    | checkpointChain is not an array
          {"checkpointChain": ["a", 1]}               | checkpointChain[1] is not a checkpoint's name
          {"checkpointChain": ["a", "../b"]}          | checkpointChain[1] is not a checkpoint's name
          {"checkpointChain": ["a", null]}            | checkpointChain[1] is not a checkpoint's name
          {"checkpointChain": [{"type": "full"}]}     | checkpointChain[0].id is missing
          {"checkpointChain": ["a"], "name": "x/y"}   | name is not the name of a VM
          """)
  void whatIsNoManifest_isDamage(String json, String words) {
    // given
    plant(json);

    // then
    assertFails(
        () -> manifests.findAny(BACKUP),
        FailureKind.CORRUPT_BACKUP,
        "%s cannot be read: %s. Rebuild it with".formatted(manifests.key(BACKUP), words));
  }

  @Test
  void ofTwoVmsWhoseNamesMakeTheSameKey_eachHasItsOwn() {
    // given
    var one = new Bucket(new VmRef("a", "b-c"), bucket.store).repository.manifests();
    var two = new Bucket(new VmRef("a-b", "c"), bucket.store).repository.manifests();
    var manifest = new Manifest(new VmRef("a", "b-c"), BACKUP, List.of(A));

    // when
    assertThat(one.write(manifest, Bucket.START)).isTrue();

    // then
    assertThat(two.key(BACKUP)).isEqualTo(one.key(BACKUP));
    assertThat(two.find(BACKUP)).isEmpty();
    assertThat(two.findAny(BACKUP)).contains(manifest);
    assertThat(one.find(BACKUP)).contains(manifest);
  }

  private void plant(String json) {
    bucket.plant(manifests.key(BACKUP), json);
  }
}
