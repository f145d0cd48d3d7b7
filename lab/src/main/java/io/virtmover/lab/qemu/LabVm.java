// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
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
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A VM: one QEMU process over raw disks. A disk with changed block tracking has a qcow2 overlay
 * that holds metadata and persistent bitmaps only, as KubeVirt makes them; the raw file or device
 * stays the disk. Without a system to boot no CPU runs, and guest writes are QEMU I/O on the disk's
 * node.
 */
public final class LabVm implements AutoCloseable {
  /** A disk to make: the VM volume's name and its size in bytes, a multiple of 512. */
  public record Disk(String volume, long size) {}

  /** A point in time: KubeVirt's name for it, and the file of each volume (push only). */
  public record Backup(String vmBackup, String checkpoint, Map<String, Path> files) {
    /** The pushed file of a volume. */
    public Path file(String volume) {
      return Objects.requireNonNull(files.get(volume), volume);
    }
  }

  private static final int RANDOM_PIECE = 4 << 20;
  private static final DateTimeFormatter CHECKPOINT_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd_HH-mm-ss").withZone(ZoneOffset.UTC);

  private final Path folder;
  private final String name;
  private final int clusterSize;
  private final Optional<KernelBoot> boot;
  private final Clock clock;
  private final Map<String, AttachedDisk> disks = new LinkedHashMap<>();
  private final Thread hook = new Thread(this::destroy, "lab-vm-end");
  private int nextNumber;
  private @Nullable Qemu qemu;
  private @Nullable GuestShell shell;

  private LabVm(
      Path folder,
      String name,
      int clusterSize,
      Clock clock,
      List<VmDisk> disks,
      Optional<KernelBoot> boot) {
    this.folder = folder;
    this.boot = boot;
    this.name = name;
    this.clusterSize = clusterSize;
    this.clock = clock;
    disks.forEach(this::add);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Creates the disks of a VM, which stays stopped.
   *
   * @param clusterSize of the overlays: 64 KiB up to KubeVirt 1.9, 256 KiB after it
   */
  public static LabVm create(
      Path folder, String name, int clusterSize, Clock clock, List<Disk> disks) {
    try {
      Files.createDirectories(folder);
      var made = new ArrayList<VmDisk>();
      for (var disk : disks) {
        var raw = folder.resolve("disk" + made.size() + ".raw");
        try (var file = new RandomAccessFile(raw.toFile(), "rw")) {
          file.setLength(disk.size());
        }
        var overlay = folder.resolve("disk" + made.size() + ".meta.qcow2");
        made.add(new VmDisk(disk.volume(), raw, VmDisk.Kind.FILE, Optional.of(overlay)));
      }
      return new LabVm(folder, name, clusterSize, clock, made, Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes a VM over disks that exist; it stays stopped.
   *
   * @param folder for QEMU's log
   * @param clusterSize of overlays that do not exist yet
   * @param boot the system that it boots, if any
   */
  public static LabVm over(
      Path folder, String name, int clusterSize, List<VmDisk> disks, Optional<KernelBoot> boot) {
    return new LabVm(folder, name, clusterSize, Clock.systemUTC(), disks, boot);
  }

  private AttachedDisk add(VmDisk disk) {
    var attached = new AttachedDisk(disk, nextNumber++);
    disks.put(disk.volume(), attached);
    return attached;
  }

  public String name() {
    return name;
  }

  public Set<String> volumes() {
    return disks.keySet();
  }

  /** The volumes whose changed blocks are tracked; these are what a backup holds. */
  public Set<String> trackedVolumes() {
    var tracked = new LinkedHashSet<String>();
    tracked().forEach(disk -> tracked.add(disk.volume()));
    return tracked;
  }

  /** The raw disk as the guest sees it, up to date while the VM is flushed or stopped. */
  public Path raw(String volume) {
    return disk(volume).data();
  }

  /** Bytes of a disk. QEMU rounds the raw file up to whole clusters of the overlay. */
  public long size(String volume) {
    return disk(volume).size();
  }

  /** The guest's name for a disk, {@code vda} for the first. */
  public String target(String volume) {
    return disk(volume).target();
  }

  /** Starts QEMU and opens the disks; overlays that do not exist yet are made. */
  public void start() {
    try {
      if (boot.isPresent()) {
        boot(boot.get());
      } else {
        attach(Qemu.start(folder.resolve("qemu.log"), Qemu.NO_MACHINE));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      kill();
      throw e;
    }
  }

  private void attach(Qemu started) {
    qemu = started;
    disks.values().forEach(disk -> disk.attach(started, clusterSize));
  }

  private void boot(KernelBoot system) throws IOException {
    var socket = Files.createTempDirectory("vm").resolve("shell");
    var machine = system.machine(folder.resolve("console.log"), socket);
    var started = Qemu.start(folder.resolve("qemu.log"), machine);
    attach(started);
    var connected = GuestShell.connect(socket);
    shell = connected;
    Files.delete(socket);
    Files.delete(socket.getParent());
    disks.values().forEach(disk -> disk.plug(started));
    started.execute("cont");
    connected.awaitReady();
  }

  /** The process id of the running QEMU. */
  public long pid() {
    return qemu().pid();
  }

  /** Whether QEMU runs. */
  public boolean isRunning() {
    return qemu != null && qemu.isAlive();
  }

  /** Completes when the running QEMU ends, for whatever reason. */
  public CompletableFuture<Process> end() {
    return qemu().end();
  }

  private Qemu qemu() {
    if (qemu == null) {
      throw new IllegalStateException("VM " + name + " is not running");
    }
    return qemu;
  }

  private AttachedDisk disk(String volume) {
    var disk = disks.get(volume);
    if (disk == null) {
      throw new IllegalArgumentException("no volume " + volume);
    }
    return disk;
  }

  private List<AttachedDisk> tracked() {
    return disks.values().stream().filter(AttachedDisk::isTracked).toList();
  }

  /** Whether it boots a system, which alone may write to the disks then. */
  public boolean hasSystem() {
    return boot.isPresent();
  }

  /**
   * Has the booted system obey a command of {@code lab/cluster/guest/init}.
   *
   * @return the lines it printed
   * @throws QemuException when it fails, in the guest's words
   */
  public List<String> inGuest(String command) {
    if (shell == null) {
      throw new IllegalStateException("no system runs in VM " + name);
    }
    return shell.run(command);
  }

  /** Runs a qemu-io command as the guest, for example {@code write -P 0x11 0 16M}. */
  public void io(String volume, String command) {
    qemu().io(disk(volume).guestNode(), command);
  }

  /** Runs very many qemu-io commands as the guest, while no pull backup is open. */
  public void io(String volume, List<String> commands) {
    ManyWrites.run(qemu(), disk(volume).guestNode(), commands);
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

  /** Makes the raw disks hold everything the guest has written. */
  public void flush() {
    volumes().forEach(volume -> io(volume, "flush"));
  }

  /** Grows a disk while the VM runs. */
  public void resize(String volume, long size) {
    var disk = disk(volume);
    qemu()
        .execute(
            "block_resize",
            qemu().arguments().put("node-name", disk.guestNode()).put("size", size));
    disk.resized(size);
  }

  /**
   * Pushes all disks at one point in time into qcow2 files, laid out as KubeVirt does below a
   * backup PVC.
   *
   * @param base checkpoint to push the changes since; empty for a full
   */
  public Backup push(Path pvc, String vmBackup, Optional<String> base) {
    var push = startPush(pvc, vmBackup, checkpointName(vmBackup, clock.instant()), Base.of(base));
    push.await()
        .ifPresent(
            failure -> {
              throw new QemuException("blockdev-backup", failure);
            });
    return new Backup(vmBackup, push.checkpoint(), push.files());
  }

  /** Begins to push all tracked disks at one point in time; see {@link #push}. */
  public PushBackup startPush(Path pvc, String vmBackup, String checkpoint, Base base) {
    return PushBackup.start(
        qemu(), clusterSize, backupFiles(pvc, vmBackup, checkpoint), checkpoint, base);
  }

  /**
   * The file of each volume on the backup PVC (kubevirt-backup-api.md §4.2); the folder is made.
   */
  private Map<AttachedDisk, Path> backupFiles(Path pvc, String vmBackup, String checkpoint) {
    try {
      var folder = Files.createDirectories(pvc.resolve(name).resolve(checkpoint));
      var files = new LinkedHashMap<AttachedDisk, Path>();
      tracked()
          .forEach(
              disk -> files.put(disk, folder.resolve(vmBackup + "-" + disk.volume() + ".qcow2")));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens a pull backup of all disks at one point in time: an NBD export per volume, named like it,
   * with the changes since {@code base} as a bitmap named like the new checkpoint.
   */
  public PullBackup pull(String vmBackup, Optional<String> base) {
    var scratch = folder.resolve("scratch");
    return startPull(scratch, vmBackup, checkpointName(vmBackup, clock.instant()), Base.of(base));
  }

  /** Opens a pull backup with its scratch files where a push would have its files. */
  public PullBackup startPull(Path pvc, String vmBackup, String checkpoint, Base base) {
    return PullBackup.start(
        qemu(), backupFiles(pvc, vmBackup, checkpoint), vmBackup, checkpoint, base);
  }

  /** Adds a checkpoint's bitmap without a backup. */
  public void addCheckpoint(String volume, String checkpoint) {
    qemu().transaction(List.of(qemu().addCheckpointBitmap(disk(volume).node(), checkpoint)));
  }

  /** The checkpoints whose bitmaps are there and can be trusted. */
  public Set<String> checkpoints(String volume) {
    return qemu().usableBitmaps(disk(volume).node());
  }

  /** Loses a disk's checkpoints, as a new overlay does. */
  public void dropCheckpoints(String volume) {
    var node = disk(volume).node();
    qemu().usableBitmaps(node).forEach(bitmap -> qemu().removeBitmap(node, bitmap));
  }

  /** KubeVirt's name for the checkpoint of a VirtualMachineBackup. */
  public static String checkpointName(String vmBackup, Instant created) {
    return vmBackup + "-" + CHECKPOINT_TIME.format(created);
  }

  /** Ends QEMU properly; bitmaps are saved. */
  public void stop() {
    if (qemu == null) {
      return;
    }
    try {
      qemu.quit();
      disks.values().forEach(AttachedDisk::trim);
    } finally {
      qemu = null;
    }
  }

  /** Ends QEMU as a power failure does. */
  public void kill() {
    destroy();
    qemu = null;
  }

  private void destroy() {
    if (qemu != null) {
      qemu.kill();
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
