// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.program.VirtMover;
import io.virtmover.failure.FailureKind;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.WriteCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full b1 and an increment b2 on it, which Velero does not know. */
class DeleteBackupCommandTest {
  @TempDir private Path folder;
  private TwoBackups vm;

  @BeforeEach
  void start() {
    vm = new TwoBackups(folder);
    vm.backUp();
  }

  @AfterEach
  void stop() {
    vm.close();
  }

  @Test
  void withoutDelete_isOnlySaidWhatWouldGo() {
    assertThat(vm.saidOfAll("delete-backup", "--backup", "b1"))
        .containsExactly("shop/db-01", "backup b1 of 1 VMs would be removed; --delete removes it");
    assertThat(vm.virtmover.run("list", TwoBackups.ofVm()).report()).hasSize(2);
  }

  @Test
  void theBackupGoes_andWhatNobodyNeedsIsCollected() {
    // when
    var report = vm.virtmover.run("delete-backup", "--backup", "b2", "--delete").report();

    // then
    assertThat(report.path("deleted").asBoolean()).isTrue();
    assertThat(report.path("vms").path(0).path("name").asText()).isEqualTo("db-01");
    assertThat(vm.virtmover.run("list", TwoBackups.ofVm()).report()).hasSize(1);
    assertThat(vm.s3.objects()).noneMatch(file -> file.toString().contains("/b2/"));
    assertThat(vm.s3.object("b1/shop-db-01.json")).exists();

    // when
    vm.saidOfAll("delete-backup", "--backup", "b1", "--delete");
    vm.saidOfAll("collect", "--grace", "0", "--delete");

    // then
    assertThat(vm.virtmover.run("list").report()).isEmpty();
  }

  @Test
  void oneThatVeleroHas_isRefused() {
    // given
    try (var store = VirtMover.store(vm.s3)) {
      var _ =
          store.put(
              "oadp/backups/b1/velero-backup.json",
              PartBody.of(new byte[] {'{', '}'}),
              WriteCondition.always(),
              Map.of());
    }

    // when
    var ended = vm.virtmover.runForPeople("delete-backup", "--backup", "b1", "--delete");

    // then
    assertThat(ended.exitCode()).isEqualTo(FailureKind.INVALID_REQUEST.exitCode());
    assertThat(ended.err())
        .contains("Velero still has backup b1")
        .contains("velero backup delete b1");
    assertThat(vm.s3.object("b1/shop-db-01.json")).exists();
  }

  @Test
  void oneThatIsNotThere_isRefused() {
    // when
    var ended = vm.virtmover.runForPeople("delete-backup", "--backup", "b3", "--delete");

    // then
    assertThat(ended.exitCode()).isEqualTo(FailureKind.INVALID_REQUEST.exitCode());
    assertThat(ended.err()).contains("There is no backup b3");
  }

  @Test
  void oneThatCannotBeRead_staysWhole() throws IOException {
    // given
    Files.writeString(vm.s3.object("b1/shop-db-01.json"), "[");

    // when
    var ended = vm.virtmover.runForPeople("delete-backup", "--backup", "b1", "--delete");

    // then
    assertThat(ended.exitCode()).isEqualTo(FailureKind.CORRUPT_BACKUP.exitCode());
    assertThat(vm.s3.object("b1/index.json")).exists();
  }
}
