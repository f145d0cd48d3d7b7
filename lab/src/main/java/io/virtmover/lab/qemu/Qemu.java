// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * A running QEMU process, and the block layer commands (QEMU qapi/block-core) that the laboratory
 * needs of it.
 */
final class Qemu {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Dirty bitmaps count in pieces of 64 KiB, as libvirt's do. */
  private static final int BITMAP_GRANULARITY = 65536;

  /** A line that qemu-io prints when all of a request was done. */
  private static final Pattern DONE =
      Pattern.compile(
          "^(?:qemu-io> )*(?:wrote|read|discard) (\\d+)/\\1 bytes at offset", Pattern.MULTILINE);

  /** Disks and nothing else. */
  static final List<String> NO_MACHINE = List.of("-machine", "none");

  private final Process process;
  private final QmpClient qmp;
  private final Path log;
  private final AtomicLong images = new AtomicLong();

  private Qemu(Process process, QmpClient qmp, Path log) {
    this.process = process;
    this.qmp = qmp;
    this.log = log;
  }

  /**
   * Starts a process that waits before it runs anything.
   *
   * @param machine arguments that say what it is
   */
  static Qemu start(Path log, List<String> machine) throws IOException {
    var folder = Files.createTempDirectory("vm");
    var socket = folder.resolve("qmp");
    try (var monitor = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      monitor.bind(UnixDomainSocketAddress.of(socket));
      var command =
          new ArrayList<>(List.of("qemu-system-x86_64", "-nodefaults", "-display", "none"));
      command.addAll(List.of("-S", "-qmp", "unix:" + socket));
      command.addAll(machine);
      return start(log, command, monitor);
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(folder);
    }
  }

  private static Qemu start(Path log, List<String> command, ServerSocketChannel monitor)
      throws IOException {
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      return new Qemu(process, QmpClient.accept(monitor, process.onExit(), PATIENCE), log);
    } catch (IOException | QemuException e) {
      process.destroyForcibly();
      throw new IOException("QEMU did not start, see " + log, e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Completes when the process has ended, for whatever reason. */
  CompletableFuture<Process> end() {
    return process.onExit();
  }

  ObjectNode arguments() {
    return qmp.arguments();
  }

  JsonNode execute(String command, ObjectNode arguments) {
    return qmp.execute(command, arguments);
  }

  JsonNode execute(String command) {
    return qmp.execute(command, arguments());
  }

  /**
   * Runs a qemu-io command on a node. QEMU answers with what keeps the command from beginning; how
   * it went it prints before it answers, and that is in the log.
   */
  synchronized void io(String node, String command) {
    try {
      var before = Files.size(log);
      var answer = qmp.monitor("qemu-io %s \"%s\"".formatted(node, command)).strip();
      if (!answer.isEmpty()) {
        throw new QemuException(command, answer);
      }
      if (command.equals("flush")) {
        return;
      }
      var printed = printedSince(before).strip();
      if (!isDone(printed)) {
        throw new QemuException(command, printed);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether what QEMU printed, other threads' lines among it, says that a request was done. */
  static boolean isDone(String printed) {
    return done(printed) > 0;
  }

  /** How many requests were done, by what was printed. */
  static long done(String printed) {
    return DONE.matcher(printed).results().count();
  }

  private String printedSince(long offset) throws IOException {
    try (var file = FileChannel.open(log, StandardOpenOption.READ)) {
      var bytes = new byte[(int) (file.size() - offset)];
      file.read(ByteBuffer.wrap(bytes), offset);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  void addFile(String node, Path file) {
    add(node, VmDisk.Kind.FILE, file);
  }

  /** Adds a protocol node over a file or a block device. */
  void add(String node, VmDisk.Kind kind, Path file) {
    execute(
        "blockdev-add",
        arguments()
            .put("driver", kind.driver())
            .put("node-name", node)
            .put("filename", file.toString())
            .put("discard", "unmap"));
  }

  void remove(String node) {
    execute("blockdev-del", arguments().put("node-name", node));
  }

  /** Formats nodes as an image. */
  void createImage(ObjectNode options) {
    var name = "create" + images.incrementAndGet();
    var arguments = arguments().put("job-id", name);
    arguments.set("options", options);
    execute("blockdev-create", arguments);
    qmp.await(
        event ->
            event.path("event").asText().equals("JOB_STATUS_CHANGE")
                && event.path("data").path("id").asText().equals(name)
                && event.path("data").path("status").asText().equals("concluded"));
    var jobs = execute("query-jobs");
    execute("job-dismiss", arguments().put("id", name));
    for (var job : jobs) {
      if (job.path("id").asText().equals(name) && job.has("error")) {
        throw new QemuException("blockdev-create", job.path("error").asText());
      }
    }
  }

  /** How a block job ended: its name, and QEMU's words when it failed. */
  record JobEnd(String job, boolean isCancelled, Optional<String> error) {}

  /** Waits until one of these block jobs ends. */
  JobEnd awaitJob(Set<String> jobs) {
    var event =
        qmp.await(
            candidate ->
                isJobEnd(candidate.path("event").asText())
                    && jobs.contains(candidate.path("data").path("device").asText()));
    return new JobEnd(
        event.path("data").path("device").asText(),
        event.path("event").asText().equals("BLOCK_JOB_CANCELLED"),
        Optional.ofNullable(event.path("data").path("error").textValue()));
  }

  private static boolean isJobEnd(String event) {
    return event.equals("BLOCK_JOB_COMPLETED") || event.equals("BLOCK_JOB_CANCELLED");
  }

  void cancel(String job) {
    execute("block-job-cancel", arguments().put("device", job));
  }

  /** Starts the one NBD server that QEMU has. */
  void startNbdServer(Path socket) {
    var address = arguments().put("type", "unix");
    address.putObject("data").put("path", socket.toString());
    var start = arguments();
    start.set("addr", address);
    execute("nbd-server-start", start);
  }

  /** Removes an NBD export, whose name is used once, and cuts its connections. */
  void removeExport(String export) {
    execute("block-export-del", arguments().put("id", export).put("mode", "hard"));
    qmp.await(
        event ->
            event.path("event").asText().equals("BLOCK_EXPORT_DELETED")
                && event.path("data").path("id").asText().equals(export));
  }

  void transaction(List<JsonNode> actions) {
    var arguments = arguments();
    arguments.putArray("actions").addAll(actions);
    execute("transaction", arguments);
  }

  ObjectNode action(String type, ObjectNode data) {
    var action = arguments().put("type", type);
    action.set("data", data);
    return action;
  }

  /** Adds the bitmap of a checkpoint; it is saved in the image when QEMU closes it. */
  ObjectNode addCheckpointBitmap(String node, String checkpoint) {
    return addBitmap(node, checkpoint, true);
  }

  /** Adds a bitmap that follows no writes, to merge others into. */
  ObjectNode addTemporaryBitmap(String node, String name) {
    return addBitmap(node, name, false);
  }

  private ObjectNode addBitmap(String node, String bitmap, boolean isCheckpoint) {
    return action(
        "block-dirty-bitmap-add",
        arguments()
            .put("node", node)
            .put("name", bitmap)
            .put("persistent", isCheckpoint)
            .put("disabled", !isCheckpoint)
            .put("granularity", BITMAP_GRANULARITY));
  }

  ObjectNode mergeBitmap(String node, String target, String fromNode, String from) {
    var data = arguments().put("node", node).put("target", target);
    data.putArray("bitmaps").addObject().put("node", fromNode).put("name", from);
    return action("block-dirty-bitmap-merge", data);
  }

  void removeBitmap(String node, String bitmap) {
    execute("block-dirty-bitmap-remove", arguments().put("node", node).put("name", bitmap));
  }

  /** The bitmaps of a node that can be trusted. */
  Set<String> usableBitmaps(String node) {
    var usable = new LinkedHashSet<String>();
    for (var candidate : execute("query-named-block-nodes")) {
      if (candidate.path("node-name").asText().equals(node)) {
        for (var bitmap : candidate.path("dirty-bitmaps")) {
          if (!bitmap.path("inconsistent").asBoolean()) {
            usable.add(bitmap.path("name").asText());
          }
        }
      }
    }
    return usable;
  }

  /** Cleans up what may not be there, after success and failure alike. */
  static void attempt(Runnable cleaning) {
    try {
      cleaning.run();
    } catch (QemuException e) {
      // It was never made, or QEMU is gone with it.
    }
  }

  /** Ends the process properly; bitmaps are saved. */
  void quit() {
    try {
      execute("quit");
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("QEMU does not end");
      }
      qmp.close();
    } catch (IOException e) {
      // The process has ended all the same.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill();
    }
  }

  /** Ends the process as a power failure does. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
