// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.restore.RestoreJob;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VolumeName;
import io.virtmover.transfer.MoverMemory;
import io.virtmover.transfer.Restore;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestoreCommandTest {
  private static final TypedCommand RESTORE =
      TypedCommand.of("restore --vm a/b --backup b1 --disk d --to /no/such");

  @TempDir private Path folder;

  @Test
  void theWords_askForWhatARequestWould() {
    assertThat(RESTORE.as(RestoreCommand.class).task())
        .isEqualTo(
            new Restore(
                new BackupName("b1"),
                new VolumeName("d"),
                Path.of("/no/such"),
                Restore.Engine.NATIVE,
                OptionalLong.empty()));
    assertThat(RESTORE.with("--memory", "64Mi").as(RestoreCommand.class).task().memory())
        .hasValue(64 << 20);
    assertThat(RESTORE.with("--engine", "QEMU-IMG").as(RestoreCommand.class).task().engine())
        .isEqualTo(Restore.Engine.QEMU_IMG);
  }

  @Test
  void whatIsLeftOut_isAsInARequest() {
    assertThat(Words.bytes(RESTORE.as(RestoreCommand.class).markEvery))
        .isEqualTo(RestoreJob.CHECKPOINT_EVERY);
    assertThat(Words.bytes(MoverCommand.DEFAULT_MEMORY))
        .isEqualTo(MoverMemory.ofRestore().budget());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --engine qemu-img --memory 64Mi | does not apply to the engine qemu-img
          --engine other                  | 'other' is not an engine
          --memory 0                      | '0' is no size
          --memory 40mb                   | '40mb' is not a size
          --mark-every 0            | '0' is no size
          """)
  void whatContradictsItself_isRefused(String words, String message) {
    RESTORE.with(words.split(" ", -1)).atNobody(folder).assertRefused(message);
  }
}
