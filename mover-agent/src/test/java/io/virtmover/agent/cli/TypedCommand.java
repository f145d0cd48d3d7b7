// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.program.VirtMover;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The words of a command; none of them has a space. */
record TypedCommand(List<String> words) {
  static TypedCommand of(String line) {
    return new TypedCommand(List.of(line.split(" ", -1)));
  }

  TypedCommand with(String... more) {
    var all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return new TypedCommand(List.copyOf(all));
  }

  /** At a location where nobody listens: a command that gets so far fails in another way. */
  TypedCommand atNobody(Path folder) {
    try {
      var keys =
          Files.writeString(
              folder.resolve("cloud"),
              "[default]\naws_access_key_id = A\naws_secret_access_key = S\n");
      return with("--bucket", "b", "--prefix", "p", "--endpoint", "http://127.0.0.1:1")
          .with("--path-style", "--region", "r", "--credentials", keys.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command as its words make it, without running it. */
  <C extends MoverCommand> C as(Class<C> command) {
    return command.cast(
        VirtMoverCommand.commandLine()
            .parseArgs(words.toArray(String[]::new))
            .subcommand()
            .commandSpec()
            .userObject());
  }

  /** What {@code --help} prints, on one line. */
  String help() {
    var ended = VirtMover.runExactly(with("--help").words());
    assertThat(ended.exitCode()).isZero();
    return ended.out().replaceAll("\\s+", " ");
  }

  /** It is refused before anything is done: in one line, and without a secret in it. */
  void assertRefused(String message) {
    var ended = VirtMover.runExactly(with("--json").words());
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
    ended.assertOneClearLine(message);
    assertThat(ended.err() + ended.out()).doesNotContain("hush", "Exception", "java.");
    assertThat(ended.out()).contains("\"kind\":\"INVALID_REQUEST\"");
  }
}
