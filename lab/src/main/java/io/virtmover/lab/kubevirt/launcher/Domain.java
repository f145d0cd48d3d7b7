// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.launcher;

import io.virtmover.lab.kubevirt.BackupCommand;
import io.virtmover.lab.kubevirt.Checkpoint;
import io.virtmover.lab.kubevirt.SubresourceException;
import io.virtmover.lab.kubevirt.VmiKey;
import io.virtmover.lab.qemu.Base;
import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.qemu.PullBackup;
import io.virtmover.lab.qemu.QemuException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A running VM: its QEMU process, its guest, the checkpoints it knows and its backup. */
public final class Domain {
  private static final Logger LOG = System.getLogger(Domain.class.getName());
  private static final int REFUSED = 400;
  private static final int INVALID_CHECKPOINT = 422;
  private static final String FULL = "No space left on device";

  private final VmiKey key;
  private final String uid;
  private final LabVm vm;
  private final Guest guest;
  private final boolean fallsBackByDisk;
  private final Runnable changed;
  private final Clock clock = Clock.systemUTC();
  private final Set<String> checkpoints = new HashSet<>();
  private final Map<String, Map<String, Guest.Content>> witnessed = new LinkedHashMap<>();
  private boolean isWitness;
  private Optional<Job> job = Optional.empty();

  /**
   * @param fallsBackByDisk whether a disk without the base's bitmap is backed up whole by itself,
   *     and does not refuse the backup
   */
  Domain(VmiKey key, String uid, LabVm vm, boolean fallsBackByDisk, Runnable changed) {
    this.key = key;
    this.uid = uid;
    this.vm = vm;
    this.fallsBackByDisk = fallsBackByDisk;
    this.changed = changed;
    this.guest = vm.hasSystem() ? new LinuxGuest(vm) : new BlockGuest(vm, this::sacrificeBackup);
  }

  public VmiKey key() {
    return key;
  }

  /** The UID of the VMI. */
  public String uid() {
    return uid;
  }

  public Guest guest() {
    return guest;
  }

  public LabVm vm() {
    return vm;
  }

  public boolean isRunning() {
    return vm.isRunning();
  }

  /** From now on the content of the disks at each checkpoint is remembered, as a hash. */
  public synchronized void witness() {
    isWitness = true;
  }

  /** What the disks held at a checkpoint, if somebody witnessed it. */
  public synchronized Map<String, Guest.Content> witnessed(String checkpoint) {
    return witnessed.getOrDefault(checkpoint, Map.of());
  }

  /** Tells about the last backup. */
  public synchronized Optional<JobReport> report() {
    return job.map(Job::report);
  }

  synchronized Optional<PullBackup> exported(String backupName) {
    return job.filter(current -> current.name().equals(backupName)).flatMap(Job::exported);
  }

  synchronized void start(BackupCommand.Start command, Path target) throws SubresourceException {
    if (job.isPresent() && job.get().is(command.backupName(), command.backupStartTime())) {
      return;
    }
    if (job.isPresent() && job.get().isRunning()) {
      throw new SubresourceException(
          REFUSED,
          "backup %s already in progress, need to wait for completion".formatted(job.get().name()));
    }
    var base = command.incremental().isPresent() ? base(command.incremental().get()) : Base.NONE;
    try {
      var started = guest.frozen(() -> begin(command, base, target));
      checkpoints.add(started.report().checkpoint());
      job = Optional.of(started);
      Thread.ofVirtual().name("job-" + started.name()).start(() -> watch(started));
    } catch (QemuException e) {
      throw new SubresourceException(REFUSED, virError(String.valueOf(e.getMessage())));
    } catch (UncheckedIOException e) {
      throw new SubresourceException(REFUSED, virError(String.valueOf(e.getCause())));
    }
  }

  private void watch(Job started) {
    started.await();
    changed.run();
  }

  /**
   * libvirt wants the base on every disk of the backup (kubevirt-backup-api.md §7.4, §7.7); what is
   * about to come takes those without it out (§13).
   */
  private Base base(String base) throws SubresourceException {
    var whole = new HashSet<String>();
    for (var disk : disks(Base.NONE)) {
      if (!checkpoints.contains(base)) {
        throw new SubresourceException(
            REFUSED,
            virError(
                "Checkpoint '%s' for incremental backup of disk '%s' not found"
                    .formatted(base, disk.target())));
      }
      if (!vm.checkpoints(disk.name()).contains(base)) {
        if (fallsBackByDisk) {
          whole.add(disk.name());
          continue;
        }
        throw new SubresourceException(
            REFUSED,
            virError("missing or broken bitmap '%s' for disk '%s'".formatted(base, disk.target())));
      }
    }
    return new Base(Optional.of(base), whole);
  }

  private static String virError(String message) {
    return "virError(Code=1, Domain=10, Message='internal error: %s')".formatted(message);
  }

  private Job begin(BackupCommand.Start command, Base base, Path target) {
    var name = command.backupName();
    var checkpoint = LabVm.checkpointName(name, command.backupStartTime());
    if (isWitness) {
      witnessed.put(checkpoint, guest.readContents());
    }
    var work =
        switch (command.mode()) {
          case PUSH -> new Job.Work.Push(vm.startPush(target, name, checkpoint, base));
          case PULL -> new Job.Work.Pull(vm.startPull(target, name, checkpoint, base));
        };
    own(target.resolve(vm.name()));
    return new Job(command, checkpoint, disks(base), work, target, clock);
  }

  /** virt-launcher is not root: what it leaves on a backup PVC belongs to the user of QEMU. */
  private static void own(Path folder) {
    try (var files = Files.walk(folder)) {
      for (var file : files.toList()) {
        QemuUser.own(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<JobReport.Volume> disks(Base base) {
    var disks = new ArrayList<JobReport.Volume>();
    var tracked = vm.trackedVolumes();
    for (var volume : vm.volumes()) {
      if (tracked.contains(volume)) {
        disks.add(new JobReport.Volume(volume, vm.target(volume), base.of(volume).isEmpty()));
      }
    }
    return disks;
  }

  void export(BackupCommand.Export command) throws SubresourceException {
    ongoing(command).export();
  }

  void abort(BackupCommand.Abort command) throws SubresourceException {
    ongoing(command).abort();
  }

  private synchronized Job ongoing(BackupCommand command) throws SubresourceException {
    if (job.isEmpty()) {
      throw new SubresourceException(REFUSED, "no backup is in progress");
    }
    if (!job.get().is(command.backupName(), command.backupStartTime())) {
      throw new SubresourceException(REFUSED, "requested backup differs from ongoing one");
    }
    return job.get();
  }

  synchronized void redefine(Checkpoint checkpoint) throws SubresourceException {
    var isThere =
        vm.trackedVolumes().stream()
            .anyMatch(volume -> vm.checkpoints(volume).contains(checkpoint.name()));
    if (!isThere) {
      throw new SubresourceException(
          INVALID_CHECKPOINT, "checkpoint invalid: no disks have bitmap");
    }
    checkpoints.add(checkpoint.name());
  }

  /**
   * Where a backup volume is full QEMU 7.2 fails the guest's write, which had to copy what it
   * overwrites. A VM goes before its backup: as with later versions the backup fails instead, and
   * the write is tried again.
   */
  private boolean sacrificeBackup(String words) {
    Optional<Job> current;
    synchronized (this) {
      current = job;
    }
    if (!words.contains(FULL) || current.isEmpty()) {
      return false;
    }
    if (current.get().isRunning() && current.get().isVolumeFull()) {
      current.get().lose(FULL);
      changed.run();
      return true;
    }
    return current.get().isLost();
  }

  /** Shuts the guest down; its bitmaps are saved. A running backup fails with it. */
  void shutDown() {
    guest.stopWriter();
    synchronized (this) {
      job.filter(Job::isRunning).ifPresent(Job::abort);
    }
    try {
      guest.shutDown();
    } catch (QemuException e) {
      // As when the grace period is over: what the guest still held back is lost.
      LOG.log(Level.WARNING, "VM {0} is stopped without its guest: {1}", key, e.getMessage());
    }
    vm.stop();
    vm.close();
  }

  /** A disk's bitmaps get lost, as with a new overlay. */
  public void dropCheckpoints(String volume) {
    vm.dropCheckpoints(volume);
  }

  /** Ends QEMU as a crash does. */
  public void kill() {
    vm.kill();
  }

  /** Frees what a domain holds whose QEMU has ended. */
  void close() {
    guest.stopWriter();
    vm.close();
  }
}
