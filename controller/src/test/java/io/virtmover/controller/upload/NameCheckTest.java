// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.domain.BackupName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.VmRepository;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NameCheckTest {
  private static final BackupName BACKUP = new BackupName("night-1");
  private static final RepositoryRoot ROOT = RepositoryRoot.ofPrefix("oadp");

  private final InMemoryObjectStore store = new InMemoryObjectStore();

  @Test
  void aNameThatNoBackupHas_isFreeForOneRequest() {
    // when
    check();

    // then
    assertThat(store.calls()).hasSize(1);
  }

  @Test
  void aNameThatADeletedBackupStillHas_isRefusedWithWhatToDo() {
    // given
    manifest("night-1", "web-7", "du-night-1-0000000000-20260201-020000");

    // then
    assertThatThrownBy(this::check)
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFLICT))
        .hasMessageContaining("backup night-1 of VM orders/web-7 already")
        .hasMessageContaining("collect.dryRun")
        .hasMessageContaining("virtmover delete-backup --backup night-1 --delete");
  }

  @Test
  void whatAnEarlierTryOfTheSameRequestHasPublished_isNoOtherBackup() {
    // given
    var earlier = Observer.names(SomeUpload.in("Accepted")).getLast();
    manifest("night-1", "web-7", earlier + "-20260301-020001");

    // then
    assertThatCode(this::check).doesNotThrowAnyException();
  }

  @Test
  void otherBackupsAndOtherVms_takeNothingAway() {
    // given
    manifest("night-0", "web-7", "c0");
    manifest("night-1", "web-8", "c0");

    // then
    assertThatCode(this::check).doesNotThrowAnyException();
  }

  private void check() {
    NameCheck.check(
        SomeUpload.in("Accepted"), BACKUP, "default", new VmRepository(store, ROOT, SomeUpload.VM));
  }

  private void manifest(String backup, String vm, String checkpoint) {
    store.plant(
        ROOT.key("manifests/%s/orders-%s.json".formatted(backup, vm)),
        """
        {"namespace": "orders", "name": "%s", "checkpointChain": ["%s"], "backupName": "%s"}"""
            .formatted(vm, checkpoint, backup)
            .getBytes(StandardCharsets.UTF_8));
  }
}
