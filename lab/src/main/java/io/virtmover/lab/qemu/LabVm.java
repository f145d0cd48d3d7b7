// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A VM: one QEMU process without a guest CPU running, over raw disk files. Each disk has a qcow2
 * overlay that holds metadata and persistent bitmaps only, as KubeVirt makes them for changed block
 * tracking; the raw file stays the disk. Guest writes are QEMU I/O on the overlay's node.
 */
public final class LabVm implements AutoCloseable {
  /** A disk: the VM volume's name and its size in bytes, a multiple of 512. */
  public record Disk(String volume, long size) {}

  /** A point in time: KubeVirt's name for it, and the file of each volume (push only). */
  public record Backup(String vmBackup, String checkpoint, Map<String, Path> files) {
    /** The pushed file of a volume. */
    public Path file(String volume) {
      return Objects.requireNonNull(files.get(volume), volume);
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int RANDOM_PIECE = 4 << 20;
  private static final DateTimeFormatter CHECKPOINT_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd_HH-mm-ss").withZone(ZoneOffset.UTC);

  private final Path folder;
  private final String name;
  private final int clusterSize;
  private final Clock clock;
  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final Map<String, Long> sizes = new LinkedHashMap<>();
  private final Thread hook = new Thread(this::destroy, "lab-vm-end");
  private @Nullable Process process;
  private @Nullable QmpClient qmp;

  private LabVm(Path folder, String name, int clusterSize, Clock clock) {
    this.folder = folder;
    this.name = name;
    this.clusterSize = clusterSize;
    this.clock = clock;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Creates the disks of a VM, which stays stopped.
   *
   * @param clusterSize of the overlays: 64 KiB up to KubeVirt 1.9, 256 KiB after it
   */
  public static LabVm create(
      Path folder, String name, int clusterSize, Clock clock, List<Disk> disks) {
    var vm = new LabVm(folder, name, clusterSize, clock);
    try {
      Files.createDirectories(folder);
      for (var disk : disks) {
        vm.numbers.put(disk.volume(), vm.numbers.size());
        vm.sizes.put(disk.volume(), disk.size());
        try (var raw = new RandomAccessFile(vm.raw(disk.volume()).toFile(), "rw")) {
          raw.setLength(disk.size());
        }
      }
      return vm;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return name;
  }

  public Set<String> volumes() {
    return numbers.keySet();
  }

  /** The raw disk as the guest sees it, up to date while the VM is flushed or stopped. */
  public Path raw(String volume) {
    return folder.resolve("disk" + numbers.get(volume) + ".raw");
  }

  private Path overlay(String volume) {
    return folder.resolve("disk" + numbers.get(volume) + ".meta.qcow2");
  }

  /** Bytes of a disk. QEMU rounds the raw file up to whole clusters of the overlay. */
  public long size(String volume) {
    return Objects.requireNonNull(sizes.get(volume), volume);
  }

  /** Starts QEMU and opens the disks; overlays that do not exist yet are made. */
  public void start() {
    try {
      var socket = Files.createTempDirectory("vm").resolve("qmp");
      var log = folder.resolve("qemu.log").toFile();
      process =
          new ProcessBuilder(
                  "qemu-system-x86_64",
                  "-machine",
                  "none",
                  "-nodefaults",
                  "-display",
                  "none",
                  "-S",
                  "-qmp",
                  "unix:" + socket + ",server=on,wait=off")
              .redirectErrorStream(true)
              .redirectOutput(log)
              .start();
      qmp = QmpClient.connect(socket, process, PATIENCE);
      Files.delete(socket);
      Files.delete(socket.getParent());
      numbers.keySet().forEach(this::attach);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private QmpClient qmp() {
    if (qmp == null) {
      throw new IllegalStateException("VM " + name + " is not running");
    }
    return qmp;
  }

  private ObjectNode arguments() {
    return qmp().arguments();
  }

  private static String node(String kind, int number) {
    return kind + number;
  }

  private String disk(String volume) {
    return node("disk", number(volume));
  }

  private int number(String volume) {
    var number = numbers.get(volume);
    if (number == null) {
      throw new IllegalArgumentException("no volume " + volume);
    }
    return number;
  }

  private void attach(String volume) {
    var number = number(volume);
    var isNew = !Files.exists(overlay(volume));
    try {
      if (isNew) {
        Files.createFile(overlay(volume));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    addFile(node("data", number), raw(volume));
    addFile(node("meta", number), overlay(volume));
    if (isNew) {
      createImage(
          arguments()
              .put("driver", "qcow2")
              .put("file", node("meta", number))
              .put("data-file", node("data", number))
              .put("data-file-raw", true)
              .put("size", size(volume))
              .put("cluster-size", clusterSize));
      remove(node("data", number));
      trim(volume);
      addFile(node("data", number), raw(volume));
    }
    qmp()
        .execute(
            "blockdev-add",
            arguments()
                .put("driver", "qcow2")
                .put("node-name", disk(volume))
                .put("file", node("meta", number))
                .put("data-file", node("data", number))
                .put("discard", "unmap"));
  }

  private void addFile(String node, Path file) {
    qmp()
        .execute(
            "blockdev-add",
            arguments()
                .put("driver", "file")
                .put("node-name", node)
                .put("filename", file.toString())
                .put("discard", "unmap"));
  }

  private void trim(String volume) {
    try (var raw = new RandomAccessFile(raw(volume).toFile(), "rw")) {
      raw.setLength(size(volume));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void createImage(ObjectNode options) {
    var arguments = arguments().put("job-id", "create");
    arguments.set("options", options);
    qmp().execute("blockdev-create", arguments);
    qmp()
        .await(
            event ->
                event.path("event").asText().equals("JOB_STATUS_CHANGE")
                    && event.path("data").path("id").asText().equals("create")
                    && event.path("data").path("status").asText().equals("concluded"));
    var jobs = qmp().execute("query-jobs", arguments());
    qmp().execute("job-dismiss", arguments().put("id", "create"));
    for (var job : jobs) {
      if (job.has("error")) {
        throw new QemuException("blockdev-create", job.path("error").asText());
      }
    }
  }

  /** Runs a qemu-io command as the guest, for example {@code write -P 0x11 0 16M}. */
  public void io(String volume, String command) {
    var answer = qmp().monitor("qemu-io %s \"%s\"".formatted(disk(volume), command));
    if (answer.contains("failed") || answer.contains("rror") || answer.contains("nvalid")) {
      throw new QemuException(command, answer);
    }
  }

  /** Writes random bytes that depend on the seed only. */
  public void writeRandom(String volume, long seed, long offset, long length) {
    try {
      var random = new Random(seed);
      var file = Files.createTempFile("pattern", ".bin");
      try {
        for (var done = 0L; done < length; done += RANDOM_PIECE) {
          var piece = new byte[(int) Math.min(RANDOM_PIECE, length - done)];
          random.nextBytes(piece);
          Files.write(file, piece);
          io(volume, "write -s %s %d %d".formatted(file, offset + done, piece.length));
        }
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the raw files hold everything the guest has written. */
  public void flush() {
    numbers.keySet().forEach(volume -> io(volume, "flush"));
  }

  /** Grows a disk while the VM runs. */
  public void resize(String volume, long size) {
    qmp().execute("block_resize", arguments().put("node-name", disk(volume)).put("size", size));
    sizes.put(volume, size);
  }

  /**
   * Pushes all disks at one point in time into qcow2 files, laid out as KubeVirt does below a
   * backup PVC.
   *
   * @param base checkpoint to push the changes since; empty for a full
   */
  public Backup push(Path pvc, String vmBackup, Optional<String> base) {
    var checkpoint = checkpointName(vmBackup);
    var files = new LinkedHashMap<String, Path>();
    try {
      var target = Files.createDirectories(pvc.resolve(name).resolve(checkpoint));
      volumes().forEach(v -> files.put(v, target.resolve(vmBackup + "-" + v + ".qcow2")));
      try {
        runPush(files, checkpoint, base);
      } catch (IOException | QemuException e) {
        for (var file : files.values()) {
          Files.deleteIfExists(file);
        }
        throw e;
      }
      return new Backup(vmBackup, checkpoint, files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void runPush(Map<String, Path> files, String checkpoint, Optional<String> base)
      throws IOException {
    try {
      var actions = new ArrayList<JsonNode>();
      for (var file : files.entrySet()) {
        createTarget(file.getKey(), file.getValue(), base.isPresent());
        actions.addAll(pushActions(file.getKey(), checkpoint, base));
      }
      transaction(actions);
      var errors = new ArrayList<String>();
      volumes().forEach(volume -> awaitJob(job("push", volume, checkpoint)).ifPresent(errors::add));
      if (!errors.isEmpty()) {
        throw new QemuException("blockdev-backup", errors.getFirst());
      }
    } finally {
      volumes().forEach(this::endPush);
    }
  }

  /** Unique per backup, so that a late event of an earlier job is not taken for this one's. */
  private String job(String kind, String volume, String checkpoint) {
    return kind + number(volume) + "-" + checkpoint;
  }

  private void createTarget(String volume, Path file, boolean incremental) throws IOException {
    var number = number(volume);
    Files.createFile(file);
    addFile(node("tfile", number), file);
    var options =
        arguments()
            .put("driver", "qcow2")
            .put("file", node("tfile", number))
            .put("size", size(volume))
            .put("cluster-size", clusterSize);
    if (incremental) {
      options.put("backing-file", overlay(volume).toString()).put("backing-fmt", "qcow2");
    }
    createImage(options);
    var target =
        arguments()
            .put("driver", "qcow2")
            .put("node-name", node("target", number))
            .put("file", node("tfile", number));
    if (incremental) {
      target.put("backing", disk(volume));
    } else {
      target.putNull("backing");
    }
    qmp().execute("blockdev-add", target);
  }

  private List<JsonNode> pushActions(String volume, String checkpoint, Optional<String> base) {
    var actions = new ArrayList<JsonNode>();
    actions.add(addBitmap(disk(volume), checkpoint, true, false));
    var backup =
        arguments()
            .put("job-id", job("push", volume, checkpoint))
            .put("device", disk(volume))
            .put("target", node("target", number(volume)))
            .put("sync", base.isPresent() ? "incremental" : "full");
    base.ifPresent(
        from -> {
          actions.add(addBitmap(disk(volume), "temporary", false, true));
          actions.add(mergeBitmap(disk(volume), "temporary", disk(volume), from));
          backup.put("bitmap", "temporary");
        });
    actions.add(action("blockdev-backup", backup));
    return actions;
  }

  private Optional<String> awaitJob(String job) {
    var event =
        qmp()
            .await(
                candidate ->
                    candidate.path("event").asText().startsWith("BLOCK_JOB_")
                        && candidate.path("data").path("device").asText().equals(job)
                        && (candidate.path("event").asText().equals("BLOCK_JOB_COMPLETED")
                            || candidate.path("event").asText().equals("BLOCK_JOB_CANCELLED")));
    return Optional.ofNullable(event.path("data").path("error").textValue());
  }

  private void endPush(String volume) {
    attempt(() -> removeBitmap(disk(volume), "temporary"));
    attempt(() -> remove(node("target", number(volume))));
    attempt(() -> remove(node("tfile", number(volume))));
  }

  /** Cleans up what may not be there, after success and failure alike. */
  private static void attempt(Runnable cleaning) {
    try {
      cleaning.run();
    } catch (QemuException e) {
      // It was never made, or QEMU is gone with it.
    }
  }

  /**
   * Opens a pull backup of all disks at one point in time: an NBD export per volume, named like it,
   * with the changes since {@code base} as a bitmap named like the new checkpoint.
   */
  public PullBackup pull(String vmBackup, Optional<String> base) {
    var checkpoint = checkpointName(vmBackup);
    try {
      var scratch = Files.createTempDirectory("pull");
      var socket = scratch.resolve("nbd");
      var backup = new PullBackup(this, vmBackup, checkpoint, base.isPresent(), scratch, socket);
      try {
        runPull(scratch, socket, checkpoint, base);
      } catch (IOException | QemuException e) {
        backup.close();
        throw e;
      }
      return backup;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void runPull(Path scratch, Path socket, String checkpoint, Optional<String> base)
      throws IOException {
    var actions = new ArrayList<JsonNode>();
    for (var volume : volumes()) {
      createScratch(volume, Files.createFile(scratch.resolve("scratch" + number(volume))));
      actions.addAll(pullActions(volume, checkpoint, base));
    }
    var address = arguments().put("type", "unix");
    address.putObject("data").put("path", socket.toString());
    var start = arguments();
    start.set("addr", address);
    qmp().execute("nbd-server-start", start);
    transaction(actions);
    volumes().forEach(volume -> export(volume, checkpoint, base.isPresent()));
  }

  private void createScratch(String volume, Path file) {
    var number = number(volume);
    addFile(node("sfile", number), file);
    createImage(
        arguments()
            .put("driver", "qcow2")
            .put("file", node("sfile", number))
            .put("size", size(volume))
            .put("backing-file", overlay(volume).toString())
            .put("backing-fmt", "qcow2"));
    qmp()
        .execute(
            "blockdev-add",
            arguments()
                .put("driver", "qcow2")
                .put("node-name", node("scratch", number))
                .put("file", node("sfile", number))
                .put("backing", disk(volume)));
  }

  private List<JsonNode> pullActions(String volume, String checkpoint, Optional<String> base) {
    var scratch = node("scratch", number(volume));
    var actions = new ArrayList<JsonNode>();
    actions.add(addBitmap(disk(volume), checkpoint, true, false));
    base.ifPresent(
        from -> {
          actions.add(addBitmap(scratch, checkpoint, false, true));
          actions.add(mergeBitmap(scratch, checkpoint, disk(volume), from));
        });
    actions.add(
        action(
            "blockdev-backup",
            arguments()
                .put("job-id", job("pull", volume, checkpoint))
                .put("device", disk(volume))
                .put("target", scratch)
                .put("sync", "none")));
    return actions;
  }

  private void export(String volume, String checkpoint, boolean incremental) {
    var export =
        arguments()
            .put("type", "nbd")
            .put("id", "export" + number(volume))
            .put("node-name", node("scratch", number(volume)))
            .put("name", volume)
            .put("writable", false);
    if (incremental) {
      export.putArray("bitmaps").add(checkpoint);
    }
    qmp().execute("block-export-add", export);
  }

  /** Ends the exports and jobs of a pull backup; it counts as a success. */
  void endPull(String checkpoint) {
    if (qmp == null || process == null || !process.isAlive()) {
      return;
    }
    for (var volume : volumes()) {
      attempt(() -> endExport("export" + number(volume)));
      attempt(() -> cancel(job("pull", volume, checkpoint)));
    }
    attempt(() -> qmp().execute("nbd-server-stop", arguments()));
    for (var volume : volumes()) {
      attempt(() -> remove(node("scratch", number(volume))));
      attempt(() -> remove(node("sfile", number(volume))));
    }
  }

  private void endExport(String export) {
    qmp().execute("block-export-del", arguments().put("id", export).put("mode", "hard"));
    qmp()
        .await(
            event ->
                event.path("event").asText().equals("BLOCK_EXPORT_DELETED")
                    && event.path("data").path("id").asText().equals(export));
  }

  private void cancel(String job) {
    qmp().execute("block-job-cancel", arguments().put("device", job));
    var _ = awaitJob(job);
  }

  private void transaction(List<JsonNode> actions) {
    var arguments = arguments();
    arguments.putArray("actions").addAll(actions);
    qmp().execute("transaction", arguments);
  }

  private ObjectNode action(String type, ObjectNode data) {
    var action = arguments().put("type", type);
    action.set("data", data);
    return action;
  }

  private ObjectNode addBitmap(String node, String bitmap, boolean persistent, boolean disabled) {
    return action(
        "block-dirty-bitmap-add",
        arguments()
            .put("node", node)
            .put("name", bitmap)
            .put("persistent", persistent)
            .put("disabled", disabled)
            .put("granularity", 65536));
  }

  private ObjectNode mergeBitmap(String node, String target, String fromNode, String from) {
    var data = arguments().put("node", node).put("target", target);
    data.putArray("bitmaps").addObject().put("node", fromNode).put("name", from);
    return action("block-dirty-bitmap-merge", data);
  }

  private void removeBitmap(String node, String bitmap) {
    qmp().execute("block-dirty-bitmap-remove", arguments().put("node", node).put("name", bitmap));
  }

  /** Adds a checkpoint's bitmap without a backup. */
  public void addCheckpoint(String volume, String checkpoint) {
    transaction(List.of(addBitmap(disk(volume), checkpoint, true, false)));
  }

  private void remove(String node) {
    qmp().execute("blockdev-del", arguments().put("node-name", node));
  }

  /** The checkpoints whose bitmaps are there and can be trusted. */
  public Set<String> checkpoints(String volume) {
    var usable = new LinkedHashSet<String>();
    for (var node : qmp().execute("query-named-block-nodes", arguments())) {
      if (node.path("node-name").asText().equals(disk(volume))) {
        for (var bitmap : node.path("dirty-bitmaps")) {
          if (!bitmap.path("inconsistent").asBoolean()) {
            usable.add(bitmap.path("name").asText());
          }
        }
      }
    }
    return usable;
  }

  private String checkpointName(String vmBackup) {
    return vmBackup + "-" + CHECKPOINT_TIME.format(clock.instant());
  }

  /** Ends QEMU properly; bitmaps are saved. */
  public void stop() {
    if (qmp == null || process == null) {
      return;
    }
    try {
      qmp.execute("quit", arguments());
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("QEMU does not end");
      }
      qmp.close();
      volumes().forEach(this::trim);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      destroy();
    } finally {
      qmp = null;
      process = null;
    }
  }

  /** Ends QEMU as a power failure does. */
  public void kill() {
    destroy();
    qmp = null;
    process = null;
  }

  private void destroy() {
    if (process != null) {
      process.destroyForcibly();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook runs.
    }
  }
}
