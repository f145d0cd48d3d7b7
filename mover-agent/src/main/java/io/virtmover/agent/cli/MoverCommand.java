// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.agent.progress.Progress;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Location;
import io.virtmover.objectstore.s3.S3ObjectStore;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.transfer.ResultCodec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** What all commands share: output in words or JSON, progress, cancellation, errors in one line. */
abstract class MoverCommand implements Callable<Integer> {
  static final String DEFAULT_MEMORY = "40Mi";

  private static final int CONNECTIONS = 48;

  @ParentCommand VirtMoverCommand program = new VirtMoverCommand();

  @Option(names = "--json", description = "print the result as one line of JSON on standard output")
  boolean json;

  @Option(names = "--quiet", description = "print errors and warnings only")
  boolean quiet;

  /**
   * What a command works with.
   *
   * @param attempt id of this try
   */
  record Context(
      String attempt,
      Location location,
      S3ObjectStore store,
      RepositoryRoot root,
      Progress progress,
      Clock clock) {}

  /** Does the work. */
  abstract Outcome execute(Context context);

  abstract Location location();

  /** The id of this attempt. */
  String attempt() {
    return "cli-" + UUID.randomUUID();
  }

  /** Where the result goes besides standard output. */
  @Nullable Path resultFile() {
    return null;
  }

  /** The progress of a command that others than who looks at its output hear of, too. */
  Progress heard(Progress shown) {
    return shown;
  }

  /** The command has ended; tells those others. */
  void tell(String id, Optional<VirtMoverException> failure, Optional<JsonNode> report) {}

  @Override
  public final Integer call() {
    var id = "";
    var progress = new TerminalProgress(!quiet && Boolean.getBoolean("virtmover.terminal"));
    try {
      id = attempt();
      var outcome = open(id, heard(progress));
      progress.end();
      return report(id, outcome);
    } catch (RuntimeException | Error e) {
      progress.end();
      return fail(id, Verdict.of(e, program.canceler()));
    }
  }

  private Outcome open(String id, Progress progress) {
    var location = location();
    try (var store = S3ObjectStore.open(location, CONNECTIONS, progress::warn)) {
      var root = RepositoryRoot.ofPrefix(location.prefix());
      return execute(new Context(id, location, store, root, progress, Clock.systemUTC()));
    }
  }

  private int report(String id, Outcome outcome) {
    if (!quiet && !json) {
      outcome.lines().forEach(System.out::println);
    }
    publish(id, outcome.failure(), Optional.of(outcome.report()));
    outcome.failure().ifPresent(failure -> complain(System.err, failure));
    var unread = System.out.checkError() ? FailureKind.UNAVAILABLE.exitCode() : 0;
    if (unread != 0) {
      System.err.println("virtmover: the result could not be written to standard output.");
    }
    return outcome.failure().map(failure -> failure.kind().exitCode()).orElse(unread);
  }

  private int fail(String id, VirtMoverException failure) {
    if (failure.kind() == FailureKind.INTERNAL && failure.getCause() != null) {
      failure.getCause().printStackTrace(System.err);
    }
    complain(System.err, failure);
    publish(id, Optional.of(failure), Optional.empty());
    return failure.kind().exitCode();
  }

  private static void complain(PrintStream out, VirtMoverException failure) {
    out.println("virtmover: " + oneLine(failure));
    for (var suppressed : failure.getSuppressed()) {
      out.println("virtmover: also: " + oneLine(suppressed));
    }
  }

  private static String oneLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).replaceAll("\\s*\\R\\s*", " ");
  }

  private void publish(String id, Optional<VirtMoverException> failure, Optional<JsonNode> report) {
    var result = ResultCodec.line(id, failure, report);
    if (json) {
      System.out.println(result);
    }
    Optional.ofNullable(resultFile())
        .ifPresent(
            file -> {
              try {
                Files.writeString(file, ResultCodec.shortLine(id, failure, report));
              } catch (IOException e) {
                System.err.println(
                    "virtmover: cannot write the result to %s: %s".formatted(file, why(e)));
              }
            });
    // Last: it can take time that a signal may not leave.
    tell(id, failure, report);
  }

  /** The JDK's exceptions often say no more than the file's name. */
  private static String why(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such folder";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException system when system.getReason() != null -> system.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  static void requireWritable(Location location) {
    if (location.access().readOnly()) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "The backup storage location is ReadOnly; nothing is written to it.");
    }
  }
}
