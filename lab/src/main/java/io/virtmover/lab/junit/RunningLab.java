// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.junit;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.lab.cluster.ControlClient;
import io.virtmover.lab.cluster.LabClient;
import io.virtmover.lab.cluster.LabException;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.programs.LabPrograms;
import io.virtmover.lab.reconcile.HostCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Scanner;

/** A lab that is up, and the clients to it. */
final class RunningLab implements AutoCloseable {
  private static final int S3_PORT = 7070;

  /** A lab's name has at most 12 characters. */
  private static final int LONGEST_BASE = 7;

  private final String name;
  private final Path state;
  private final KubernetesClient client;
  private final ControlClient control;
  private final Optional<String> ending;

  private RunningLab(String name, Path state, Optional<String> ending) {
    this.name = name;
    this.state = state;
    this.client = LabClient.of(state.resolve("kubeconfig"));
    this.control = ControlClient.of(state);
    this.ending = ending;
  }

  /**
   * Finds the lab of this name and environment, or starts it; one that is new is gone afterwards.
   *
   * @param release empty: whatever the lab behaves like
   */
  static RunningLab joinOrStart(Optional<Release> release) {
    var base = environment("VIRTMOVER_LAB", "lab");
    var name = release.map(one -> beside(base, one)).orElse(base);
    var state = Path.of(environment("VIRTMOVER_LAB_HOME", "/var/lib/virtmover-lab")).resolve(name);
    if (Files.exists(state.resolve("services.ready"))) {
      return new RunningLab(name, state, Optional.empty());
    }
    var ending = Files.exists(state) ? "down" : "reset";
    var variables = release.map(one -> Map.of("VIRTMOVER_LAB_KUBEVIRT", one.text()));
    run(name, variables.orElse(Map.of()), List.of("up"));
    return new RunningLab(name, state, Optional.of(ending));
  }

  private static String beside(String base, Release release) {
    var ending = release.text().replace(".", "").toLowerCase(Locale.ROOT);
    return base.substring(0, Math.min(base.length(), LONGEST_BASE)) + "-" + ending;
  }

  private static String environment(String name, String otherwise) {
    return Optional.ofNullable(System.getenv(name))
        .filter(text -> !text.isEmpty())
        .orElse(otherwise);
  }

  private static String run(String lab, Map<String, String> variables, List<String> words) {
    var command = new ArrayList<String>();
    command.add("env");
    variables.forEach((variable, value) -> command.add(variable + "=" + value));
    command.addAll(List.of(LabPrograms.script("lab/lab").toString(), "--name", lab));
    command.addAll(words);
    try {
      return HostCommand.run(command.toArray(String[]::new));
    } catch (IOException e) {
      throw new LabException("lab/lab %s failed: %s".formatted(words, e.getMessage()), e);
    }
  }

  /**
   * Runs {@code lab/lab} for this lab.
   *
   * @return what it printed
   * @throws LabException when it fails, with what it printed
   */
  String command(List<String> words) {
    return run(name, Map.of(), words);
  }

  /** Kills a component as a crash does; {@code up} starts it again. */
  void kill(String component) {
    var file = state.resolve("run").resolve(component + ".pid");
    try (var words = new Scanner(file, StandardCharsets.US_ASCII)) {
      var process =
          ProcessHandle.of(words.nextLong())
              .orElseThrow(() -> new LabException("%s does not run".formatted(component)));
      process.destroyForcibly();
      process.onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the S3 server has a bucket's objects as files. */
  Path bucket(String bucket) {
    return store("data", bucket);
  }

  private Path store(String part, String bucket) {
    return state.resolve("s3").resolve(part).resolve(bucket);
  }

  /** Copies a folder of a bucket with all that the S3 server knows of its objects. */
  void replicate(String bucket, String folder, RunningLab other) {
    try {
      for (var part : List.of("data", "meta")) {
        var from = store(part, bucket).resolve(folder);
        var to = Files.createDirectories(other.store(part, bucket));
        var _ = HostCommand.run("cp", "--archive", from.toString(), to.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  KubernetesClient client() {
    return client;
  }

  ControlClient control() {
    return control;
  }

  /** The lab's S3 server as pods reach it. */
  String s3Endpoint() {
    return "http://%s:%d".formatted(client.getMasterUrl().getHost(), S3_PORT);
  }

  /** The log of all that was written to the cluster's API; one JSON object a line. */
  Path auditLog() {
    return state.resolve("logs").resolve("audit.log");
  }

  /** The AWS credentials file for it. */
  String s3Credentials() {
    try {
      return Files.readString(state.resolve("s3").resolve("credentials"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    ending.ifPresent(command -> run(name, Map.of(), List.of(command)));
  }
}
