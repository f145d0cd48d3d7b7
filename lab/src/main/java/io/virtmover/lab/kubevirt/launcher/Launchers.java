// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.launcher;

import io.virtmover.lab.kubevirt.BackupCommand;
import io.virtmover.lab.kubevirt.Checkpoint;
import io.virtmover.lab.kubevirt.SubresourceException;
import io.virtmover.lab.kubevirt.VmiKey;
import io.virtmover.lab.kubevirt.VmiSubresources;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.qemu.KernelBoot;
import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.qemu.PullBackup;
import io.virtmover.lab.qemu.VmDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** All running VMs of this node. */
public final class Launchers implements VmiSubresources, AutoCloseable {
  private static final Logger LOG = System.getLogger(Launchers.class.getName());
  private static final int NOT_FOUND = 404;

  private final Path folder;
  private final Release release;
  private final NodePaths paths;
  private final KernelBoot linux;
  private final Map<VmiKey, Domain> domains = new ConcurrentHashMap<>();
  private volatile Consumer<VmiKey> changed = _ -> {};

  private Launchers(Path folder, Release release, NodePaths paths, KernelBoot linux) {
    this.folder = folder;
    this.release = release;
    this.paths = paths;
    this.linux = linux;
  }

  /**
   * Ends QEMU processes that an earlier run left behind, as the death of a node does.
   *
   * @param folder for logs and process ids
   * @param linux the system of VMs that boot one
   */
  public static Launchers open(Path folder, Release release, NodePaths paths, KernelBoot linux) {
    try {
      Files.createDirectories(folder);
      try (var leftovers = Files.newDirectoryStream(folder, "*.pid")) {
        for (var file : leftovers) {
          end(Long.parseLong(Files.readString(file).strip()));
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Launchers(folder, release, paths, linux);
  }

  private static void end(long pid) {
    ProcessHandle.of(pid)
        .filter(process -> process.info().command().orElse("").contains("qemu-system"))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  /** Has somebody told when a VM ends or its backup changes. */
  public void onChange(Consumer<VmiKey> listener) {
    changed = listener;
  }

  /**
   * Starts a VM.
   *
   * @param isLinux whether it boots the lab's Linux; returns once that is ready
   */
  public Domain start(VmiKey key, String uid, List<VmDisk> disks, boolean isLinux)
      throws IOException {
    var home = Files.createDirectories(folder.resolve(uid));
    var vm =
        LabVm.over(
            home,
            key.name(),
            release.overlayClusterSize(),
            disks,
            isLinux ? Optional.of(linux) : Optional.empty());
    vm.start();
    Files.writeString(pidFile(uid), Long.toString(vm.pid()));
    var domain = new Domain(key, uid, vm, release.hasTypePerVolume(), () -> changed.accept(key));
    domains.put(key, domain);
    var _ = vm.end().thenRun(() -> changed.accept(key));
    LOG.log(Level.INFO, "VM started: {0} pid={1}", key, Long.toString(vm.pid()));
    return domain;
  }

  private Path pidFile(String uid) {
    return folder.resolve(uid + ".pid");
  }

  /** The VM of a VMI, running or just ended. */
  public Optional<Domain> find(VmiKey key) {
    return Optional.ofNullable(domains.get(key));
  }

  /** Shuts a VM down cleanly if it runs, and forgets it. */
  public void stop(VmiKey key) {
    var domain = domains.remove(key);
    if (domain == null) {
      return;
    }
    try {
      if (domain.isRunning()) {
        domain.shutDown();
        deleteHome(domain.uid());
      } else {
        domain.close();
      }
      Files.deleteIfExists(pidFile(domain.uid()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    LOG.log(Level.INFO, "VM stopped: {0}", key);
  }

  /** The log of a VM that did not end well stays. */
  private void deleteHome(String uid) throws IOException {
    var home = folder.resolve(uid);
    for (var log : List.of("qemu.log", "console.log")) {
      Files.deleteIfExists(home.resolve(log));
    }
    Files.deleteIfExists(home);
  }

  private Domain running(VmiKey key) throws SubresourceException {
    var domain = domains.get(key);
    if (domain == null || !domain.isRunning()) {
      throw new SubresourceException(
          NOT_FOUND, "virtualmachineinstance.kubevirt.io \"%s\" not found".formatted(key.name()));
    }
    return domain;
  }

  @Override
  public void backup(VmiKey vmi, BackupCommand command) throws SubresourceException {
    var domain = running(vmi);
    switch (command) {
      case BackupCommand.Start start -> domain.start(start, target(vmi, start.targetClaim()));
      case BackupCommand.Export export -> domain.export(export);
      case BackupCommand.Abort abort -> domain.abort(abort);
    }
    changed.accept(vmi);
  }

  private Path target(VmiKey vmi, String claim) throws SubresourceException {
    return paths
        .of(vmi.namespace(), claim)
        .filter(Files::isDirectory)
        .orElseThrow(
            () ->
                new SubresourceException(
                    NOT_FOUND, "the volume of claim %s is not mounted".formatted(claim)));
  }

  @Override
  public void redefineCheckpoint(VmiKey vmi, Checkpoint checkpoint) throws SubresourceException {
    running(vmi).redefine(checkpoint);
  }

  /** What an export server reads for a backup, from the Export command until the job ends. */
  Optional<PullBackup> exported(String namespace, String backupName) {
    return domains.values().stream()
        .filter(domain -> domain.key().namespace().equals(namespace))
        .flatMap(domain -> domain.exported(backupName).stream())
        .findFirst();
  }

  /** Shuts all VMs down cleanly. */
  @Override
  public void close() {
    changed = _ -> {};
    var stopping =
        domains.keySet().stream().map(key -> Thread.ofVirtual().start(() -> stop(key))).toList();
    try {
      for (var thread : stopping) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
