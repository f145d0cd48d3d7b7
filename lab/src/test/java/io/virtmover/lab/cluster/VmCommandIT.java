// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.OnLab;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code lab/lab vm}, as people type it. */
@OnLab
class VmCommandIT {
  @Test
  void theSameSeedsMakeTheSameDisks(LabNamespace lab) {
    // given
    vm(lab, "create", "one", "--disk", "48Mi", "--disk", "32Mi:block", "--seed", "7");
    vm(lab, "create", "two", "--disk", "48Mi", "--disk", "32Mi:block", "--seed", "7");
    var first = vm(lab, "hash", "one");

    // when
    vm(lab, "write", "one", "--seed", "8");

    // then
    assertThat(first.lines()).hasSize(2).anyMatch(line -> line.endsWith("  data  " + (32 << 20)));
    assertThat(vm(lab, "hash", "two")).isEqualTo(first);
    assertThat(vm(lab, "hash", "one")).isNotEqualTo(first);
  }

  @Test
  void aDiscardedRangeReadsAsZerosAndAStopKeepsWhatWasWritten(LabNamespace lab) {
    // given
    vm(lab, "create", "db", "--disk", "16Mi:block", "--disk", "16Mi:block", "--seed", "3");
    var written = vm(lab, "hash", "db").lines().toList();

    // when
    for (var volume : List.of("rootdisk", "data")) {
      vm(lab, "discard", "db", "--disk", volume, "--offset", "0", "--length", "" + (16 << 20));
    }
    var discarded = vm(lab, "hash", "db").lines().toList();
    vm(lab, "stop", "db");

    // then
    assertThat(discarded).isNotEqualTo(written);
    assertThat(sha256(discarded.get(0))).isEqualTo(sha256(discarded.get(1)));
    assertThatThrownBy(() -> vm(lab, "hash", "db"))
        .hasMessageContaining("VM %s/db is not running".formatted(lab.name()));

    // and it starts as it was
    vm(lab, "start", "db");
    assertThat(vm(lab, "hash", "db").lines()).isEqualTo(discarded);
  }

  @Test
  void aKilledVmIsStartedAgainAndADeletedOneIsGone(LabNamespace lab) {
    // given
    vm(lab, "create", "db", "--disk", "16Mi", "--seed", "3");
    var before = lab.vms().instance(lab.name(), "db");

    // when
    vm(lab, "kill", "db");
    lab.vms().awaitOther(lab.name(), "db", before);
    // The VM says so a moment after its instance.
    lab.await(
        lab.at(Kinds.VM, "db"),
        "the VM says that it runs",
        vm -> Fields.of(vm).text("status", "printableStatus").orElse("").equals("Running"));
    var listed = lab.command("vm", "list");
    vm(lab, "delete", "db");

    // then
    assertThat(listed).contains(lab.name() + "/db  Running");
    assertThat(lab.command("vm", "list")).doesNotContain(lab.name() + "/db");
    assertThat(lab.at(Kinds.VMI, "db").get()).isNull();
  }

  private static String sha256(String line) {
    return line.substring(0, line.indexOf(' '));
  }

  private static String vm(LabNamespace lab, String command, String... words) {
    var all = new ArrayList<>(List.of("vm", command, "-n", lab.name()));
    all.addAll(List.of(words));
    return lab.command(all.toArray(String[]::new));
  }
}
