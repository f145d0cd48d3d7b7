// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VolumeName;
import io.virtmover.transfer.Subset;
import io.virtmover.transfer.Verify;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerifyCommandTest {
  private static final TypedCommand VERIFY = TypedCommand.of("verify --vm a/b");

  @TempDir private Path folder;

  @Test
  void theWords_askForWhatARequestWould() {
    assertThat(VERIFY.as(VerifyCommand.class).task())
        .isEqualTo(new Verify(Optional.empty(), Optional.empty(), Subset.whole()));
    assertThat(
            VERIFY
                .with("--backup", "b1", "--disk", "d", "--subset", "3/7")
                .as(VerifyCommand.class)
                .task())
        .isEqualTo(
            new Verify(
                Optional.of(new BackupName("b1")),
                Optional.of(new VolumeName("d")),
                new Subset(3, 7)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --subset 8/7   | 8/7 is not a subset: write n/t with 1 <= n <= t
          --subset all   | 'all' is not a subset: write n/t
          --backup a/b   | backup
          --disk ..      | volume
          """)
  void whatNamesNothing_isRefused(String words, String message) {
    VERIFY.with(words.split(" ", -1)).atNobody(folder).assertRefused(message);
  }
}
