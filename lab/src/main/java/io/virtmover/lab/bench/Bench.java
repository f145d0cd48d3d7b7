// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import io.virtmover.lab.pki.LocalCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures VirtMover beside what people do without it; run by {@code bench/run}. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    description = {
      "Measures VirtMover beside what people do without it, on this machine. docs/performance.md says what the rows are.",
      "Exit code 1: a check of the data failed. 3: a row is unsteady, so that it has no figure."
    })
@SuppressWarnings("NullAway.Init") // picocli sets them
public final class Bench implements Callable<Integer> {
  private static final int UNSTEADY = 3;
  private static final List<String> ALL =
      Stream.concat(Rows.NAMES.stream(), Lines.NAMES.stream()).toList();
  private static final int QUICK_MEBIBYTES = 64;

  /** Times the data, in memory. */
  private static final int SPACE = 23;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--quick",
      description = "one round of little data: tells that the measurements work, not how fast")
  private boolean quick;

  @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "5 without it")
  private int rounds;

  @Option(
      names = "--mib",
      paramLabel = "N",
      defaultValue = "512",
      description = "MiB of data in the disk, which is four times as large (default: 512)")
  private int mebibytes;

  @Option(
      names = "--cold",
      description = "programs and libraries are read from the disk anew before every run (as root)")
  private boolean cold;

  @Option(names = "--work", hidden = true, required = true, description = "an empty folder")
  private Path work;

  @Option(names = "--report", hidden = true, required = true, description = "where reports go")
  private Path report;

  @Option(names = "--store", hidden = true, required = true, description = "the S3 server")
  private Path storeProgram;

  @Option(names = "--aws", hidden = true, required = true, description = "the AWS command line")
  private Path aws;

  @Parameters(paramLabel = "ROW", description = "what to measure (default: all)")
  private List<String> names = new ArrayList<>();

  /** Measures, prints the report, and ends. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Bench())
            .setExecutionExceptionHandler(
                (e, line, _) -> {
                  line.getErr().println("bench/run: " + e.getMessage());
                  if (!(e instanceof MeasuredProgram.FailedException)) {
                    e.printStackTrace(line.getErr());
                  }
                  return 1;
                })
            .execute(args));
  }

  @Override
  public Integer call() throws IOException {
    var wanted = new LinkedHashSet<>(names.isEmpty() ? ALL : names);
    for (var name : wanted) {
      if (!ALL.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "no row is called %s. There are: %s.".formatted(name, String.join(" ", ALL)));
      }
    }
    if (rounds < 1 || mebibytes < 32) {
      throw new ParameterException(
          spec.commandLine(), "at least 1 round, and 32 MiB of data, are needed.");
    }
    if (quick) {
      rounds = 1;
      mebibytes = QUICK_MEBIBYTES;
    }
    checkSpace();
    var folder = quick ? report.resolve("quick") : report;
    Files.createDirectories(folder);
    var settings =
        new Report.Settings(
            Machine.description(),
            Machine.versions(aws),
            mebibytes,
            rounds,
            cold,
            Machine.calibrate(folder));
    var certificate = LocalCertificate.create(Files.createDirectories(work.resolve("pki")));
    say("disks and servers");
    try (var store = BenchStore.start(storeProgram, work.resolve("store"), certificate);
        var disks = BenchDisks.create(work.resolve("disks"), mebibytes)) {
      var programs = new MeasuredProgram(work, store);
      var clients = new Clients(store, certificate, aws);
      var checks = new Checks(clients, programs, store);
      var rows = new Rows(disks, clients, programs, checks);
      var lines = new Lines(disks, clients, programs, checks, work.resolve("lines"), quick);
      var results = new ArrayList<Report.Result>();
      var told = new Report(settings, results);
      for (var name : wanted) {
        say("%s, %d rounds".formatted(name, rounds));
        var row = Lines.NAMES.contains(name) ? lines.of(name) : rows.of(name);
        results.add(measure(row, programs, store));
        told.write(folder);
      }
      System.out.println(told.markdown());
      say("the report is in " + folder);
      return quick || results.stream().allMatch(Report.Result::isSteady) ? 0 : UNSTEADY;
    }
  }

  /** The restores need most: disks, pushed files, both sides' objects, scratch and target. */
  private void checkSpace() throws IOException {
    var needed = (long) mebibytes * SPACE + 512;
    var free =
        Math.min(Files.getFileStore(work).getUsableSpace() >> 20, Machine.availableMebibytes());
    if (free < needed) {
      throw new ParameterException(
          spec.commandLine(),
          "the measurements need %d MiB of memory that are free in %s, and there are %d; --mib takes less data."
              .formatted(needed, work.getParent(), free));
    }
  }

  /** All contenders in turn, again and again; then whether ours has done what it should. */
  private Report.Result measure(Row row, MeasuredProgram programs, BenchStore store)
      throws IOException {
    store.clear();
    row.preparation().run();
    store.mark();
    var found = new LinkedHashMap<Contender, List<Measurement>>();
    row.contenders().forEach(contender -> found.put(contender, new ArrayList<>()));
    for (var round = 1; round <= rounds; round++) {
      // Ours is the last of each round, because its check damages what is there.
      for (var entry : found.reversed().entrySet()) {
        store.rollBack();
        if (cold) {
          forget();
        }
        entry.getKey().before().run();
        entry.getValue().add(programs.run(entry.getKey()));
        if (round == rounds) {
          entry.getKey().check().run();
        }
      }
    }
    var series =
        found.entrySet().stream()
            .map(entry -> new Series(entry.getKey().name(), entry.getValue()))
            .toList();
    return new Report.Result(row.name(), row.words(), row.isLine(), series);
  }

  private static void forget() throws IOException {
    Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
  }

  private static void say(String words) {
    System.err.println("bench/run: " + words);
  }
}
