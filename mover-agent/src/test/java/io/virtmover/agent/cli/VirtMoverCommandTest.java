// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Only the command that is asked for is there; it must not be seen. */
class VirtMoverCommandTest {
  @Test
  void aCommandByItself_isWhatItIsAmongAll() {
    var all = VirtMoverCommand.commandLine().getSubcommands();
    assertThat(all).hasSizeGreaterThan(7);
    all.forEach(
        (name, command) -> {
          var alone = VirtMoverCommand.commandLine(new Cancellation(), name, "--help");
          assertThat(alone.getSubcommands()).containsOnlyKeys(name);
          var only = alone.getSubcommands().values().iterator().next();
          assertThat(only.getCommandName()).isEqualTo(name);
          assertThat(only.getUsageMessage()).isEqualTo(command.getUsageMessage());
        });
  }

  @Test
  void anyOtherWord_findsAllOfThem() {
    var all = VirtMoverCommand.commandLine().getSubcommands().keySet();
    for (var word : new String[] {"bakup", "--help", ""}) {
      assertThat(VirtMoverCommand.commandLine(new Cancellation(), word).getSubcommands().keySet())
          .as(word)
          .containsExactlyElementsOf(all);
    }
  }
}
