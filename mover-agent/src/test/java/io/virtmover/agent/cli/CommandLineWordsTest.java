// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.program.VirtMover;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with the words, whatever they would mean. */
class CommandLineWordsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          bakup                                         | 'bakup' is neither a command nor an option's value. See virtmover --help.
          HUSH                                          | There is a word that belongs to no option. See virtmover --help.
          list --bucket b --nonsense=hush               | There is no option --nonsense. See virtmover list --help.
          list --bucket b -n                            | There is no option -n. See virtmover list --help.
          list --bucket b https://user:hush@s3          | There is a word that belongs to no option.
          list --bucket b hush=hush                     | There is a word that belongs to no option.
          list --bucket b --bucket c                    | --bucket is given twice. See virtmover list --help.
          list --bucket                                 | The value of --bucket is missing. See virtmover list --help.
          list --bucket b --quiet=hush                  | The value of --quiet is not understood. See virtmover list --help.
          verify --bucket b                             | --vm is missing. See virtmover verify --help.
          verify --bucket b --vm                        | The value of --vm is missing. See virtmover verify --help.
          restore --bucket b                            | --vm, --backup, --disk, --to are missing. See virtmover restore --help.
          run                                           | --request is missing. See virtmover run --help.
          """)
  void whatIsWrongWithThem_isSaidInOneLine(String words, String message) {
    TypedCommand.of(words).assertRefused("virtmover: " + message);
  }

  @Test
  void withoutJson_thereIsNoResult() {
    assertThat(VirtMover.runExactly(List.of("bakup")).out()).isEmpty();
  }

  @Test
  void withoutAWord_theCommandsAreNamed() {
    // when
    var ended = VirtMover.runExactly(List.of());

    // then
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err())
        .isEqualTo(
            "virtmover: Say what to do: backup, restore, verify, list, rebuild-index, delete-backup, collect, run."
                + " See virtmover --help.\n");
  }

  /** It is not the name of a file with more words. */
  @Test
  void aWordWithAnAt_isTakenAsItIs() throws IOException {
    // given
    var words = Files.writeString(folder.resolve("words"), "--bucket hush");

    // then
    TypedCommand.of("list --credentials @" + words).assertRefused("--location FILE, or --bucket B");
  }
}
