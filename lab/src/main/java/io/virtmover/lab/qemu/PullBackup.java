// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An open pull backup: one point in time behind QEMU's NBD server until it is closed, as libvirt
 * does it (kubevirt-backup-api.md §9.3). What the guest overwrites goes to scratch files first.
 */
public final class PullBackup implements AutoCloseable {
  private final Qemu qemu;
  private final String vmBackup;
  private final String checkpoint;
  private final Base base;
  private final Map<AttachedDisk, Path> scratch;
  private final Path socket;
  private boolean isClosed;

  private PullBackup(
      Qemu qemu,
      String vmBackup,
      String checkpoint,
      Base base,
      Map<AttachedDisk, Path> scratch,
      Path socket) {
    this.qemu = qemu;
    this.vmBackup = vmBackup;
    this.checkpoint = checkpoint;
    this.base = base;
    this.scratch = scratch;
    this.socket = socket;
  }

  /**
   * @param scratch an absent file per disk
   */
  static PullBackup start(
      Qemu qemu, Map<AttachedDisk, Path> scratch, String vmBackup, String checkpoint, Base base) {
    try {
      var socket = Files.createTempDirectory("pull").resolve("nbd");
      var backup =
          new PullBackup(qemu, vmBackup, checkpoint, base, new LinkedHashMap<>(scratch), socket);
      try {
        backup.begin();
        return backup;
      } catch (IOException | QemuException e) {
        backup.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void begin() throws IOException {
    var actions = new ArrayList<JsonNode>();
    for (var disk : scratch.entrySet()) {
      createScratch(disk.getKey(), Files.createFile(disk.getValue()));
      actions.addAll(actions(disk.getKey()));
    }
    qemu.startNbdServer(socket);
    qemu.transaction(actions);
    scratch.keySet().forEach(this::export);
  }

  public String vmBackup() {
    return vmBackup;
  }

  public String checkpoint() {
    return checkpoint;
  }

  /** Whether a volume's changes are told, and not all of it. */
  public boolean isIncremental(String volume) {
    return base.of(volume).isPresent();
  }

  /** The volumes that are exported. */
  public Set<String> volumes() {
    var volumes = new HashSet<String>();
    scratch.keySet().forEach(disk -> volumes.add(disk.volume()));
    return volumes;
  }

  /** QEMU's NBD socket; an export is named like its volume. */
  public Path socket() {
    return socket;
  }

  private void createScratch(AttachedDisk disk, Path file) {
    qemu.addFile(disk.node("sfile"), file);
    qemu.createImage(
        qemu.arguments()
            .put("driver", "qcow2")
            .put("file", disk.node("sfile"))
            .put("size", disk.size())
            .put("backing-file", disk.overlay().toString())
            .put("backing-fmt", "qcow2"));
    qemu.execute(
        "blockdev-add",
        qemu.arguments()
            .put("driver", "qcow2")
            .put("node-name", disk.node("scratch"))
            .put("file", disk.node("sfile"))
            .put("backing", disk.node()));
  }

  private List<JsonNode> actions(AttachedDisk disk) {
    var node = disk.node("scratch");
    var actions = new ArrayList<JsonNode>();
    actions.add(qemu.addCheckpointBitmap(disk.node(), checkpoint));
    base.of(disk.volume())
        .ifPresent(
            from -> {
              actions.add(qemu.addTemporaryBitmap(node, checkpoint));
              actions.add(qemu.mergeBitmap(node, checkpoint, disk.node(), from));
            });
    actions.add(
        qemu.action(
            "blockdev-backup",
            qemu.arguments()
                .put("job-id", disk.job("pull", checkpoint))
                .put("device", disk.node())
                .put("target", node)
                .put("sync", "none")));
    return actions;
  }

  private void export(AttachedDisk disk) {
    var export =
        qemu.arguments()
            .put("type", "nbd")
            .put("id", disk.job("export", checkpoint))
            .put("node-name", disk.node("scratch"))
            .put("name", disk.volume())
            .put("writable", false);
    if (isIncremental(disk.volume())) {
      export.putArray("bitmaps").add(checkpoint);
    }
    qemu.execute("block-export-add", export);
  }

  /**
   * Waits until the jobs end, which they do by {@link #close} or by a failure.
   *
   * @return why it failed
   */
  public Optional<String> await() {
    var pending = new HashSet<String>();
    scratch.keySet().forEach(disk -> pending.add(disk.job("pull", checkpoint)));
    try {
      while (!pending.isEmpty()) {
        var end = qemu.awaitJob(pending);
        pending.remove(end.job());
        if (end.error().isPresent()) {
          return end.error();
        }
      }
      return Optional.empty();
    } catch (QemuException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Ends the exports and jobs and deletes the scratch files; it counts as a success. */
  @Override
  public synchronized void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    if (qemu.isAlive()) {
      endJobs();
    }
    try {
      for (var file : scratch.values()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(socket);
      Files.deleteIfExists(socket.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void endJobs() {
    for (var disk : scratch.keySet()) {
      var job = disk.job("pull", checkpoint);
      Qemu.attempt(() -> qemu.removeExport(disk.job("export", checkpoint)));
      Qemu.attempt(
          () -> {
            qemu.cancel(job);
            var _ = qemu.awaitJob(Set.of(job));
          });
    }
    Qemu.attempt(() -> qemu.execute("nbd-server-stop"));
    for (var disk : scratch.keySet()) {
      Qemu.attempt(() -> qemu.remove(disk.node("scratch")));
      Qemu.attempt(() -> qemu.remove(disk.node("sfile")));
    }
  }
}
