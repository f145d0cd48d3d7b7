// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A plugin's process, and a connection to it as the host has one. */
final class RunningPlugin implements AutoCloseable {
  private final Process process;
  private final List<String> stdout = new CopyOnWriteArrayList<>();
  private final List<String> stderr = new CopyOnWriteArrayList<>();
  private final Thread readsStdout;
  private final Thread readsStderr;
  private final String handshake;
  private final ManagedChannel channel;

  private RunningPlugin(Process process) throws IOException {
    this.process = process;
    this.readsStderr = collect(process.errorReader(), stderr);
    var out = process.inputReader();
    this.handshake = String.valueOf(out.readLine());
    this.readsStdout = collect(out, stdout);
    var fields = handshake.split("\\|", -1);
    this.channel =
        fields.length < 5
            ? OkHttpChannelBuilder.forTarget("dns:///nowhere.invalid").build()
            : OkHttpChannelBuilder.forTarget(fields[3], InsecureChannelCredentials.create())
                .maxInboundMessageSize(1 << 30)
                .build();
  }

  static RunningPlugin start(Path program, Map<String, String> environment, String... arguments)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return new RunningPlugin(builder.start());
  }

  private static Thread collect(BufferedReader reader, List<String> lines) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try (reader) {
                reader.lines().forEach(lines::add);
              } catch (IOException | UncheckedIOException e) {
                lines.add("(unread: " + e + ")");
              }
            });
  }

  String handshake() {
    return handshake;
  }

  ManagedChannel channel() {
    return channel;
  }

  /** Waits for the end. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new AssertionError("the plugin is still running");
    }
    readsStdout.join();
    readsStderr.join();
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What came after the handshake. */
  List<String> stdout() {
    return stdout;
  }

  List<String> stderr() {
    return stderr;
  }

  /** Waits until it has logged these words. */
  void awaitLog(String words) {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (stderr.stream().noneMatch(line -> line.contains(words))) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the plugin has not logged '%s': %s".formatted(words, stderr));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    kill();
  }
}
