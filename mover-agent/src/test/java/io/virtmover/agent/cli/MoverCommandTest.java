// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.program.Printed;
import io.virtmover.agent.program.VirtMover;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Location;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How a command ends, whatever it does: a command that only has an end. */
class MoverCommandTest {
  private static final Outcome GOOD = Outcome.good(Map.of("n", 1), List.of("one", "two"));

  @Command(name = "end")
  static final class EndCommand extends MoverCommand {
    @Mixin LocationOptions where = new LocationOptions();
    private final Supplier<Outcome> end;
    private final @Nullable Path resultFile;

    EndCommand(Supplier<Outcome> end, @Nullable Path resultFile) {
      this.end = end;
      this.resultFile = resultFile;
    }

    @Override
    Outcome execute(Context context) {
      return end.get();
    }

    @Override
    Location location() {
      return where.resolve();
    }

    @Override
    String attempt() {
      return "a-1";
    }

    @Override
    @Nullable Path resultFile() {
      return resultFile;
    }
  }

  @TempDir private Path folder;
  private final Cancellation cancellation = new Cancellation();

  @ParameterizedTest
  @CsvSource({
    "'',               'one\ntwo\n'",
    "--quiet,          ''",
    "--json,           '{\"version\":\"1.1\",\"id\":\"a-1\",\"outcome\":\"Completed\",\"report\":{\"n\":1}}\n'",
    "--json --quiet,   '{\"version\":\"1.1\",\"id\":\"a-1\",\"outcome\":\"Completed\",\"report\":{\"n\":1}}\n'",
  })
  void goodNews_areToldInWordsOrJson(String words, String out) {
    // when
    var ended = end(() -> GOOD, words);

    // then
    assertThat(ended.out()).isEqualTo(out);
    assertThat(ended.err()).isEmpty();
    assertThat(ended.exitCode()).isZero();
  }

  @ParameterizedTest
  @EnumSource(FailureKind.class)
  void aReportThatIsBadNews_isToldWithItsFailure(FailureKind kind) {
    // given
    var bad =
        new Outcome(
            GOOD.report(), GOOD.lines(), Optional.of(new VirtMoverException(kind, "It is bad.")));

    // when
    var said = end(() -> bad, "");
    var result = end(() -> bad, "--json").result();

    // then
    assertThat(said.out()).isEqualTo("one\ntwo\n");
    assertThat(said.err()).isEqualTo("virtmover: It is bad.\n");
    assertThat(said.exitCode()).isEqualTo(kind.exitCode());
    assertThat(result.path("report").path("n").asInt()).isEqualTo(1);
    assertThat(result.path("failure").path("kind").asText()).isEqualTo(kind.name());
  }

  @Test
  void aFailure_isToldInOneLineAndWithWhatFailedBesides() {
    // given
    var failure =
        new VirtMoverException(
            FailureKind.CONFLICT,
            "Cannot go on:\n  somebody else writes.",
            new IOException("nobody wants to know"));
    failure.addSuppressed(new VirtMoverException(FailureKind.UNAVAILABLE, "An upload\r\nis left."));

    // when
    var ended =
        end(
            () -> {
              throw failure;
            },
            "--json");

    // then
    assertThat(ended.err())
        .isEqualTo(
            """
            virtmover: Cannot go on: somebody else writes.
            virtmover: also: An upload is left.
            """);
    assertThat(ended.exitCode()).isEqualTo(9);
    assertThat(ended.result().path("failure").path("exitCode").asInt()).isEqualTo(9);
    assertThat(ended.result().has("report")).isFalse();
  }

  @Test
  void aFaultOfOurs_isToldWithWhereItHappened() {
    // when
    var ended =
        end(
            () -> {
              throw new IllegalStateException("the impossible");
            },
            "--quiet");

    // then
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err().lines().toList())
        .startsWith("java.lang.IllegalStateException: the impossible")
        .last()
        .asString()
        .startsWith("virtmover: Internal error, please report it");
  }

  @Test
  void whatFailsAfterASignal_isCanceled() {
    // given
    var _ = Printed.by(() -> assertThat(cancellation.shutDownCode()).isEqualTo(10));

    // when
    var ended =
        end(
            () -> {
              throw new VirtMoverException(FailureKind.UNAVAILABLE, "No answer.");
            },
            "--json");

    // then
    assertThat(ended.exitCode()).isEqualTo(10);
    assertThat(ended.result().path("outcome").asText()).isEqualTo("Canceled");
  }

  @ParameterizedTest
  @CsvSource({"false, 5", "true, 8"})
  void aResultThatNobodyCouldRead_isNotTakenForASuccess(boolean isBad, int exitCode) {
    // given
    var failure = new VirtMoverException(FailureKind.CORRUPT_BACKUP, "It is bad.");
    var outcome =
        new Outcome(GOOD.report(), GOOD.lines(), isBad ? Optional.of(failure) : Optional.empty());

    // when
    var ended =
        end(
            () -> {
              System.setOut(full());
              return outcome;
            },
            "--json");

    // then
    assertThat(ended.exitCode()).isEqualTo(exitCode);
    assertThat(ended.err())
        .endsWith("virtmover: the result could not be written to standard output.\n");
  }

  @Test
  void theResultFile_holdsTheResultHoweverItEnds() throws IOException {
    // given
    var file = folder.resolve("result.json");

    // when
    var ended = end(file, () -> GOOD, "--json");

    // then
    assertThat(Files.readString(file)).isEqualTo(ended.out().strip());

    // when
    var failed =
        end(
            file,
            () -> {
              throw new VirtMoverException(FailureKind.TARGET, "Full.");
            },
            "--json");

    // then
    assertThat(Files.readString(file)).isEqualTo(failed.out().strip()).contains("TARGET");
  }

  @Test
  void aResultFileThatCannotBeWritten_isToldAndChangesNothing() {
    // given
    var file = folder.resolve("none/result.json");

    // when
    var ended = end(file, () -> GOOD, "");

    // then
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.err())
        .isEqualTo(
            "virtmover: cannot write the result to %s: there is no such folder\n".formatted(file));
  }

  private VirtMover.Ended end(Supplier<Outcome> end, String words) {
    return end(null, end, words);
  }

  private VirtMover.Ended end(@Nullable Path resultFile, Supplier<Outcome> end, String words) {
    var line = new ArrayList<>(TypedCommand.of("end").atNobody(folder).words());
    if (!words.isEmpty()) {
      line.addAll(TypedCommand.of(words).words());
    }
    return VirtMover.runExactly(
        () ->
            VirtMoverCommand.commandLine(cancellation)
                .addSubcommand(new EndCommand(end, resultFile)),
        line);
  }

  private static PrintStream full() {
    return new PrintStream(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("no space left");
          }
        },
        true,
        StandardCharsets.UTF_8);
  }
}
