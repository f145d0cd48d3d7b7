// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.VmRef;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmOptionTest {
  @TempDir private Path folder;

  @Test
  void namespaceAndName_areAVm() {
    assertThat(TypedCommand.of("verify --vm shop/db-01").as(VerifyCommand.class).vm.resolve())
        .isEqualTo(new VmRef("shop", "db-01"));
  }

  /** Before the store is asked anything. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "backup --backup b --checkpoint c --type full --disk d=/x",
        "restore --backup b --disk d --to /x",
        "verify",
        "list",
        "rebuild-index"
      })
  void aNameAlone_isRefusedByEveryCommand(String command) {
    TypedCommand.of(command)
        .with("--vm", "db-01")
        .atNobody(folder)
        .assertRefused("'db-01' is not a VM: write NAMESPACE/NAME.");
  }
}
