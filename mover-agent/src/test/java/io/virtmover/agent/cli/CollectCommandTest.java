// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.failure.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A full b1 and an increment b2 on it, whose manifests go. */
class CollectCommandTest extends OnTwoBackups {
  @BeforeEach
  void backUp() {
    vm.backUp();
  }

  @Test
  void whatIsNeeded_stays() {
    assertThat(vm.saidOfAll("collect", "--grace", "0", "--delete")).containsExactly("0 B freed");
    assertThat(vm.virtmover.run("list", TwoBackups.ofVm()).report()).hasSize(2);
  }

  @Test
  void withoutDelete_isOnlySaidWhatWouldGo() throws IOException {
    // given
    Files.delete(vm.s3.object("b1/shop-db-01.json"));
    Files.delete(vm.s3.object("b2/shop-db-01.json"));

    // when
    var said = vm.saidOfAll("collect", "--grace", "0");

    // then
    assertThat(said.getFirst())
        .matches(
            "shop/db-01: 2 checkpoints, 6 objects, 0 unfinished uploads, .*; nothing of the VM is left");
    assertThat(said.getLast()).endsWith("would be freed; --delete takes it away");
    assertThat(vm.s3.object("c1/checkpoint.json")).exists();
  }

  @Test
  void withTheLastBackup_everythingGoes() throws IOException {
    // given
    Files.delete(vm.s3.object("b1/shop-db-01.json"));
    Files.delete(vm.s3.object("b2/shop-db-01.json"));

    // when
    var early = vm.virtmover.run("collect", "--delete").report();
    var report = vm.virtmover.run("collect", "--delete", "--grace", "0").report();

    // then
    assertThat(early.path("bytes").asLong()).isZero();
    assertThat(early.path("vms").path(0).path("hasMore").asBoolean()).isTrue();
    assertThat(report.path("deleted").asBoolean()).isTrue();
    assertThat(report.path("vms").path(0).path("wholeVm").asBoolean()).isTrue();
    assertThat(report.path("vms").path(0).path("hasMore").asBoolean()).isFalse();
    assertThat(report.path("bytes").asLong()).isPositive();
    assertThat(vm.virtmover.run("list").report()).isEmpty();
  }

  @Test
  void whatCannotBeRead_isToldAndNothingGoes() throws IOException {
    // given
    Files.delete(vm.s3.object("b2/shop-db-01.json"));
    Files.writeString(vm.s3.object("b1/shop-db-01.json"), "[");

    // when
    var ended = vm.virtmover.runForPeople("collect", "--delete", "--grace", "0");

    // then
    assertThat(ended.exitCode()).isEqualTo(FailureKind.CORRUPT_BACKUP.exitCode());
    assertThat(ended.out()).contains("shop/db-01: ").contains("b1/shop-db-01.json cannot be read");
    assertThat(vm.s3.object("c2/checkpoint.json")).exists();
  }
}
