// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people read of each task; the JSON is the contract's. */
class JobsTest extends OnTwoBackups {
  @Test
  void aBackup_isToldDiskByDisk_andWhatItBuildsOn() {
    // when
    var first = backUp("b0", "full", "--disk", "d=" + vm.full, "--disk", "e=" + vm.full);
    var again = backUp("b0", "full", "--disk", "d=" + vm.full, "--disk", "e=" + vm.full);
    var next =
        backUp(
            "b1",
            "incremental",
            "--parent",
            "c-b0",
            "--disk",
            "d=" + vm.increment,
            "--disk",
            "e=" + vm.full + ",type=full");

    // then
    assertThat(first)
        .hasSize(3)
        .satisfies(
            lines -> {
              assertThat(lines.get(0)).matches("disk d: 64.0 KiB read, [0-9.]+ KiB stored");
              assertThat(lines.get(1)).matches("disk e: 64.0 KiB read, [0-9.]+ KiB stored");
              assertThat(lines.get(2))
                  .isEqualTo(
                      "backup b0 of VM shop/db-01 is complete: full, checkpoint c-b0, chain of 1");
            });
    assertThat(again.getFirst())
        .matches("disk d: 64.0 KiB read, (.*) stored \\(\\1 of it by an earlier run\\)");
    assertThat(next.get(0)).matches("disk d: 64.0 KiB read, [0-9.]+ KiB stored");
    assertThat(next.get(1)).matches("disk e: 64.0 KiB read, [0-9.]+ KiB stored, read whole");
    assertThat(next.get(2)).endsWith(": incremental, checkpoint c-b1, chain of 2");
  }

  @Test
  void aRestoreAndAVerification_areToldInALine() {
    // given
    backUp("b0", "full", "--disk", "d=" + vm.full);
    var target = folder.resolve("restored");

    // then
    assertThat(vm.said("restore", "--backup", "b0", "--disk", "d", "--to", target.toString()))
        .containsExactly(
            "disk d of backup b0 is restored to %s: 1.0 MiB from 1 images, 64.0 KiB fetched"
                .formatted(target));
    assertThat(vm.said("verify"))
        .singleElement()
        .asString()
        .matches(
            "1 backups of VM shop/db-01 verified: 1 images, .* KiB read, 0 damages, 0 backups unusable");
    assertThat(vm.said("verify", "--quiet")).isEmpty();
  }

  private List<String> backUp(String backup, String type, String... more) {
    var words = new ArrayList<>(List.of("--backup", backup, "--checkpoint", "c-" + backup));
    words.addAll(List.of("--type", type));
    words.addAll(List.of(more));
    return vm.said("backup", words.toArray(String[]::new));
  }
}
