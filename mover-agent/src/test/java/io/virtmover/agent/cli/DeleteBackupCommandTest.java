// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.program.VirtMover;
import io.virtmover.cluster.VeleroNames;
import io.virtmover.failure.FailureKind;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.WriteCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A full b1 and an increment b2 on it, which Velero does not know. */
class DeleteBackupCommandTest extends OnTwoBackups {
  private static final String LONG =
      "a-schedule-whose-name-is-so-long-that-no-label-can-hold-what-velero-makes-of-it-20260101";

  @BeforeEach
  void backUp() {
    vm.backUp();
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
    var report =
        vm.virtmover.run("delete-backup", "--backup", "b2", "--grace", "0", "--delete").report();

    // then
    assertThat(report.path("deleted").asBoolean()).isTrue();
    assertThat(report.path("vms").path(0).path("name").asText()).isEqualTo("db-01");
    assertThat(vm.virtmover.run("list", TwoBackups.ofVm()).report()).hasSize(1);
    assertThat(vm.s3.objects()).noneMatch(file -> file.toString().contains("/b2/"));
    assertThat(vm.s3.object("b1/shop-db-01.json")).exists();

    // when
    vm.saidOfAll("delete-backup", "--backup", "b1", "--grace", "0", "--delete");
    vm.saidOfAll("collect", "--grace", "0", "--delete");

    // then
    assertThat(vm.virtmover.run("list").report()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"b1", LONG})
  void oneThatVeleroHas_isRefused(String name) {
    // given
    try (var store = VirtMover.store(vm.s3)) {
      put(store, "oadp/backups/%s/velero-backup.json".formatted(name));
      put(store, "oadp-kubevirt-datamover/manifests/%s/x.json".formatted(VeleroNames.label(name)));
    }

    // then
    for (var given : List.of(name, VeleroNames.label(name))) {
      var ended =
          vm.virtmover.runForPeople("delete-backup", "--backup", given, "--grace", "0", "--delete");
      assertThat(ended.exitCode()).isEqualTo(FailureKind.INVALID_REQUEST.exitCode());
      assertThat(ended.err())
          .contains("Velero still has backup " + name)
          .contains("velero backup delete " + name);
    }
    assertThat(vm.s3.object(VeleroNames.label(name) + "/x.json")).exists();
  }

  private static void put(ObjectStore store, String key) {
    var _ = store.put(key, PartBody.of(new byte[] {'{', '}'}), WriteCondition.always(), Map.of());
  }

  @Test
  void oneThatMayStillBeTaken_isRefused() {
    // when
    var ended = vm.virtmover.runForPeople("delete-backup", "--backup", "b1", "--delete");

    // then
    assertThat(ended.exitCode()).isEqualTo(FailureKind.INVALID_REQUEST.exitCode());
    assertThat(ended.err()).contains("Velero may still be taking it", "--grace 0");
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
