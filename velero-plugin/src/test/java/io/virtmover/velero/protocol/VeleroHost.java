// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.lab.programs.LabPrograms;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Velero's own code for plugins, in a process of its own (lab/cluster/modules/cluster/plugin-host).
 */
final class VeleroHost implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Process process;
  private final BufferedReader answers;
  private final Writer calls;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final JsonNode plugins;

  private VeleroHost(Process process) throws IOException {
    this.process = process;
    this.answers = process.inputReader();
    this.calls = process.outputWriter();
    Thread.ofVirtual()
        .start(
            () -> {
              try (var lines = process.errorReader()) {
                lines.lines().forEach(log::add);
              } catch (IOException | UncheckedIOException e) {
                log.add("(unread: " + e + ")");
              }
            });
    this.plugins = answer();
  }

  /** Starts a host that has the plugins of a folder. */
  static VeleroHost start(Path folder) throws IOException {
    var builder =
        new ProcessBuilder(
            LabPrograms.find("velero-plugin-host").toString(), "server", "--log-level=debug");
    builder.environment().put("PLUGIN_DIR", folder.toString());
    return new VeleroHost(builder.start());
  }

  /** What the host found, or why it did not start. */
  JsonNode plugins() {
    return plugins;
  }

  /** A call, as plugin-host takes it, with {@code '} for {@code "}. */
  JsonNode call(String json) throws IOException {
    calls.write(json.replace('\'', '"').replaceAll("\\R", " ") + "\n");
    calls.flush();
    return answer();
  }

  private JsonNode answer() throws IOException {
    var line = answers.readLine();
    if (line == null) {
      throw new IOException("the host is gone: " + log);
    }
    return JSON.readTree(line);
  }

  /** Whether a line of Velero's log has come. */
  boolean hasLogged(Predicate<String> line) {
    return log.stream().anyMatch(line);
  }

  /**
   * Waits for a line of Velero's log: it takes another way than the answers, and may come after
   * them.
   */
  void awaitLogged(Predicate<String> line) throws InterruptedException {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!hasLogged(line)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("nothing like it was logged: " + log);
      }
      Thread.sleep(POLL);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroyForcibly();
  }
}
