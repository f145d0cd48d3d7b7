// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.backup.BackedUpVm;
import io.virtmover.agent.program.VirtMover;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandTest {
  private static final String[] VM = {"--vm", "shop/db-01"};

  @TempDir private Path folder;
  private VersityGateway s3;
  private VirtMover virtmover;

  @BeforeEach
  void start() {
    s3 = VersityGateway.start();
    virtmover = VirtMover.on(s3);
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  @Test
  void whereNothingIs_thatIsSaid() {
    assertThat(said()).singleElement().asString().startsWith("no VM has backups in ");
    assertThat(said(VM)).containsExactly("VM shop/db-01 has no restore points");
    assertThat(virtmover.run("list").report()).isEmpty();
    assertThat(virtmover.run("list", VM).report()).isEmpty();
  }

  @Test
  void restorePoints_areRowsAndJson() {
    // given
    backUp();

    // then
    assertThat(said(VM).stream().map(line -> line.replaceAll(" {2,}| (?=STEPS)", "|")))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("BACKUP|TYPE|TIME|SIZE|CHAIN|STEPS|DISKS"),
            line -> assertThat(line).matches("b1\\|Full\\|.*KiB\\|.*KiB\\|1\\|d\\|\\(Requested\\)"),
            line -> assertThat(line).matches("b2\\|Incremental\\|.*KiB\\|.*KiB\\|2\\|d"));
    var report = virtmover.run("list", VM).report();
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
    backUp();
    Files.delete(s3.object("c2-d.qcow2"));

    // then
    assertThat(said(VM))
        .hasSize(3)
        .last()
        .asString()
        .matches("backup b2 cannot be restored: .*c2-d.qcow2.* is missing.*");
    var broken = virtmover.run("list", VM).report().get(1);
    assertThat(broken.path("backup").asText()).isEqualTo("b2");
    assertThat(broken.path("usable").asBoolean()).isFalse();
    assertThat(broken.path("problem").asText()).contains("c2-d.qcow2");
    assertThat(broken.path("chain")).isEmpty();
  }

  @Test
  void vms_areToldWithWhatIsWrongWithAllOfTheirBackups() throws IOException {
    // given
    backUp();
    assertThat(said()).containsExactly("shop/db-01");

    // when
    Files.writeString(s3.object("db-01/index.json"), "[");

    // then
    assertThat(said())
        .singleElement()
        .asString()
        .startsWith("shop/db-01  (")
        .contains("index.json");
    assertThat(virtmover.run("list").report().path(0).path("problem").asText())
        .contains("index.json");
  }

  private void backUp() {
    var full = BackedUpVm.pushed(folder.resolve("full"), 1, Optional.empty());
    var increment = BackedUpVm.pushed(folder.resolve("increment"), 2, Optional.of(full));
    virtmover.backup("b1", "c1", "full", full, "--reason", "Requested").report();
    virtmover.backup("b2", "c2", "incremental", increment, "--parent", "c1").report();
  }

  private List<String> said(String... words) {
    var ended = virtmover.runForPeople("list", words);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    return ended.out().lines().toList();
  }
}
