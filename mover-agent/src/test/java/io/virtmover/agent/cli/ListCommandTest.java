// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ListCommandTest extends OnTwoBackups {
  @Test
  void whereNothingIs_thatIsSaid() {
    assertThat(vm.saidOfAll("list")).singleElement().asString().startsWith("no VM has backups in ");
    assertThat(vm.said("list")).containsExactly("VM shop/db-01 has no restore points");
    assertThat(vm.virtmover.run("list").report()).isEmpty();
    assertThat(vm.virtmover.run("list", TwoBackups.ofVm()).report()).isEmpty();
  }

  @Test
  void restorePoints_areRowsAndJson() {
    // given
    vm.backUp();

    // then
    assertThat(vm.said("list").stream().map(line -> line.replaceAll(" {2,}| (?=STEPS)", "|")))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("BACKUP|TYPE|TIME|SIZE|CHAIN|STEPS|DISKS"),
            line -> assertThat(line).matches("b1\\|Full\\|.*KiB\\|.*KiB\\|1\\|d\\|\\(Requested\\)"),
            line -> assertThat(line).matches("b2\\|Incremental\\|.*KiB\\|.*KiB\\|2\\|d"));
    var report = vm.virtmover.run("list", TwoBackups.ofVm()).report();
    assertThat(report).hasSize(2);
    var full = report.get(0);
    assertThat(full.path("reason").asText()).isEqualTo("Requested");
    assertThat(full.path("usable").asBoolean()).isTrue();
    var increment = report.get(1);
    assertThat(increment.path("backup").asText()).isEqualTo("b2");
    assertThat(increment.path("checkpoint").asText()).isEqualTo("c2");
    assertThat(increment.path("type").asText()).isEqualTo("Incremental");
    assertThat(increment.path("chain")).hasToString("[\"c1\",\"c2\"]");
    assertThat(increment.path("disks")).hasToString("[\"d\"]");
    assertThat(increment.path("chainSize").asLong())
        .isEqualTo(full.path("size").asLong() + increment.path("size").asLong());
    assertThat(increment.path("problem").asText()).isEmpty();
  }

  @Test
  void aBackupThatCannotBeRestored_isToldWithItsReason() throws IOException {
    // given
    vm.backUp();
    Files.delete(vm.s3.object("c2-d.qcow2"));

    // then
    assertThat(vm.said("list"))
        .hasSize(3)
        .last()
        .asString()
        .matches("backup b2 cannot be restored: .*c2-d.qcow2.* is missing.*");
    var broken = vm.virtmover.run("list", TwoBackups.ofVm()).report().get(1);
    assertThat(broken.path("backup").asText()).isEqualTo("b2");
    assertThat(broken.path("usable").asBoolean()).isFalse();
    assertThat(broken.path("problem").asText()).contains("c2-d.qcow2");
    assertThat(broken.path("chain")).isEmpty();
  }

  @Test
  void vms_areToldWithWhatIsWrongWithAllOfTheirBackups() throws IOException {
    // given
    vm.backUp();
    assertThat(vm.saidOfAll("list")).containsExactly("shop/db-01");

    // when
    Files.writeString(vm.s3.object("db-01/index.json"), "[");

    // then
    assertThat(vm.saidOfAll("list"))
        .singleElement()
        .asString()
        .startsWith("shop/db-01  (")
        .contains("index.json");
    assertThat(vm.virtmover.run("list").report().path(0).path("problem").asText())
        .contains("index.json");
  }
}
