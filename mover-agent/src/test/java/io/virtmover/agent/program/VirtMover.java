// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.agent.cli.VirtMoverCommand;
import io.virtmover.lab.s3.VersityGateway;
import io.virtmover.location.Location;
import io.virtmover.location.StoreServer;
import io.virtmover.location.TlsTrust;
import io.virtmover.objectstore.s3.S3ObjectStore;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import picocli.CommandLine;

/** The program as a user runs it, in this process. */
public record VirtMover(List<String> location) {
  private static final String PREFIX = "oadp";
  private static final String REGION = "us-east-1";

  /** How a command ended. */
  public record Ended(int exitCode, String out, String err) {
    /** The JSON of a command that was expected to succeed. */
    public JsonNode report() {
      assertThat(exitCode).as(err).isZero();
      return result().path("report");
    }

    /** A failure is told in one line that holds {@code message}, never as a stack trace. */
    public void assertOneClearLine(String message) {
      var lines = err.lines().filter(line -> !line.contains("warning:")).toList();
      assertThat(lines).as(err).hasSize(1);
      assertThat(lines.getFirst()).startsWith("virtmover: ").contains(message);
      assertThat(err).doesNotContain("Exception", "\tat ");
      assertThat(result().path("failure").path("exitCode").asInt()).isEqualTo(exitCode);
    }

    /** The JSON result, however it ended. */
    public JsonNode result() {
      try {
        return new ObjectMapper().readTree(out);
      } catch (JsonProcessingException e) {
        throw new AssertionError(out + err, e);
      }
    }
  }

  /** Against a gateway's bucket. */
  public static VirtMover on(VersityGateway s3) {
    return on(s3, s3.endpoint());
  }

  /** Against a gateway's bucket through a proxy. */
  public static VirtMover on(VersityGateway s3, URI endpoint) {
    return new VirtMover(
        List.of(
            "--bucket",
            VersityGateway.BUCKET,
            "--prefix",
            PREFIX,
            "--region",
            REGION,
            "--endpoint",
            endpoint.toString(),
            "--path-style",
            "--credentials",
            s3.credentials().toString()));
  }

  /** The store that the program uses then, for what others do in it. */
  public static S3ObjectStore store(VersityGateway s3) {
    return S3ObjectStore.open(
        Location.of(VersityGateway.BUCKET, PREFIX)
            .withServer(
                new StoreServer(
                    Optional.of(REGION), Optional.of(s3.endpoint()), true, TlsTrust.SYSTEM))
            .withAccess(Optional.of(s3.credentials()), Optional.empty()),
        4);
  }

  /** Runs a command with the location's words and {@code --json}. */
  public Ended run(String command, String... words) {
    var all = new ArrayList<>(List.of("--json"));
    all.addAll(List.of(words));
    return runForPeople(command, all.toArray(String[]::new));
  }

  /** Runs a command with the location's words. */
  public Ended runForPeople(String command, String... words) {
    var line = new ArrayList<String>();
    line.add(command);
    line.addAll(location);
    line.addAll(List.of(words));
    return runExactly(line);
  }

  /** Runs exactly these words. */
  public static Ended runExactly(List<String> words) {
    return runExactly(VirtMoverCommand::commandLine, words);
  }

  /** Likewise, with a program that is made where what it prints is seen. */
  public static Ended runExactly(Supplier<CommandLine> program, List<String> words) {
    var exitCode = new AtomicInteger();
    var printed =
        Printed.by(() -> exitCode.set(program.get().execute(words.toArray(String[]::new))));
    return new Ended(exitCode.get(), printed.out(), printed.err());
  }

  /** Backs up the VM's one disk, {@code d}. */
  public Ended backup(String backup, String checkpoint, String type, Path image, String... more) {
    var words = new ArrayList<>(List.of("--vm", "shop/db-01", "--backup", backup));
    words.addAll(List.of("--checkpoint", checkpoint, "--type", type, "--disk", "d=" + image));
    words.addAll(List.of(more));
    return run("backup", words.toArray(String[]::new));
  }

  /** Restores a disk. */
  public Ended restore(String backup, String volume, Path to, String... more) {
    var words =
        new ArrayList<>(
            List.of(
                "--vm", "shop/db-01", "--backup", backup, "--disk", volume, "--to", to.toString()));
    words.addAll(List.of(more));
    return run("restore", words.toArray(String[]::new));
  }
}
