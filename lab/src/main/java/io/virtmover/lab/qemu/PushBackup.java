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

/**
 * A push backup that runs: a block job per disk, all at one point in time, as libvirt does it
 * (kubevirt-backup-api.md §9.2).
 */
public final class PushBackup {
  /** What an aborted backup fails with. */
  public static final String ABORTED = "backup aborted";

  private final Qemu qemu;
  private final String checkpoint;
  private final Map<AttachedDisk, Path> files;
  private volatile boolean isAborted;

  private PushBackup(Qemu qemu, String checkpoint, Map<AttachedDisk, Path> files) {
    this.qemu = qemu;
    this.checkpoint = checkpoint;
    this.files = files;
  }

  static PushBackup start(
      Qemu qemu, int clusterSize, Map<AttachedDisk, Path> files, String checkpoint, Base base) {
    var backup = new PushBackup(qemu, checkpoint, files);
    try {
      var actions = new ArrayList<JsonNode>();
      for (var file : files.entrySet()) {
        var from = base.of(file.getKey().volume());
        backup.createTarget(file.getKey(), file.getValue(), clusterSize, from.isPresent());
        actions.addAll(backup.actions(file.getKey(), from));
      }
      qemu.transaction(actions);
      return backup;
    } catch (IOException e) {
      backup.cleanUp(true);
      throw new UncheckedIOException(e);
    } catch (QemuException e) {
      backup.cleanUp(true);
      throw e;
    }
  }

  public String checkpoint() {
    return checkpoint;
  }

  /** The file of each volume. */
  public Map<String, Path> files() {
    var byVolume = new LinkedHashMap<String, Path>();
    files.forEach((disk, file) -> byVolume.put(disk.volume(), file));
    return byVolume;
  }

  /**
   * Waits for the end of all jobs. When one fails, the others are cancelled and the files deleted.
   *
   * @return why it failed
   */
  public Optional<String> await() {
    var pending = new HashSet<String>();
    files.keySet().forEach(disk -> pending.add(job(disk)));
    Optional<String> failure = Optional.empty();
    try {
      while (!pending.isEmpty()) {
        var end = qemu.awaitJob(pending);
        pending.remove(end.job());
        if (failure.isEmpty() && (end.isCancelled() || end.error().isPresent())) {
          failure = Optional.of(isAborted ? ABORTED : end.error().orElse(ABORTED));
          pending.forEach(job -> Qemu.attempt(() -> qemu.cancel(job)));
        }
      }
    } catch (QemuException e) {
      failure = Optional.of(String.valueOf(e.getMessage()));
    }
    cleanUp(failure.isPresent());
    return failure;
  }

  /** Cancels the jobs; {@link #await} then ends with a failure. */
  public void abort() {
    isAborted = true;
    files.keySet().forEach(disk -> Qemu.attempt(() -> qemu.cancel(job(disk))));
  }

  private String job(AttachedDisk disk) {
    return disk.job("push", checkpoint);
  }

  private void createTarget(AttachedDisk disk, Path file, int clusterSize, boolean incremental)
      throws IOException {
    Files.createFile(file);
    qemu.addFile(disk.node("tfile"), file);
    var options =
        qemu.arguments()
            .put("driver", "qcow2")
            .put("file", disk.node("tfile"))
            .put("size", disk.size())
            .put("cluster-size", clusterSize);
    if (incremental) {
      options.put("backing-file", disk.overlay().toString()).put("backing-fmt", "qcow2");
    }
    qemu.createImage(options);
    var target =
        qemu.arguments()
            .put("driver", "qcow2")
            .put("node-name", disk.node("target"))
            .put("file", disk.node("tfile"));
    if (incremental) {
      target.put("backing", disk.node());
    } else {
      target.putNull("backing");
    }
    qemu.execute("blockdev-add", target);
  }

  private List<JsonNode> actions(AttachedDisk disk, Optional<String> base) {
    var actions = new ArrayList<JsonNode>();
    actions.add(qemu.addCheckpointBitmap(disk.node(), checkpoint));
    var backup =
        qemu.arguments()
            .put("job-id", job(disk))
            .put("device", disk.node())
            .put("target", disk.node("target"))
            .put("sync", base.isPresent() ? "incremental" : "full");
    base.ifPresent(
        from -> {
          actions.add(qemu.addTemporaryBitmap(disk.node(), "temporary"));
          actions.add(qemu.mergeBitmap(disk.node(), "temporary", disk.node(), from));
          backup.put("bitmap", "temporary");
        });
    actions.add(qemu.action("blockdev-backup", backup));
    return actions;
  }

  private void cleanUp(boolean hasFailed) {
    for (var disk : files.keySet()) {
      Qemu.attempt(() -> qemu.removeBitmap(disk.node(), "temporary"));
      Qemu.attempt(() -> qemu.remove(disk.node("target")));
      Qemu.attempt(() -> qemu.remove(disk.node("tfile")));
    }
    if (hasFailed) {
      try {
        for (var file : files.values()) {
          Files.deleteIfExists(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
