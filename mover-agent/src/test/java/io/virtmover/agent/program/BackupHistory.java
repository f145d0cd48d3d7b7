// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import io.virtmover.lab.export.ExportServer;
import io.virtmover.lab.export.IncrementMap;
import io.virtmover.lab.qemu.DiskHash;
import io.virtmover.lab.qemu.LabVm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Backs up a VM again and again, and remembers what its disks were each time. */
public final class BackupHistory {
  /** How the blocks come out of the VM. */
  public enum Mode {
    PUSH,
    PULL,
    PULL_1_8
  }

  private final LabVm vm;
  private final VirtMover virtmover;
  private final Path pvc;
  private final List<String> checkpoints = new ArrayList<>();
  private final Map<String, String> hashes = new HashMap<>();

  public BackupHistory(LabVm vm, VirtMover virtmover, Path pvc) {
    this.vm = vm;
    this.virtmover = virtmover;
    this.pvc = pvc;
  }

  /** The name of the nth backup, from 0. */
  public static String name(int number) {
    return "nightly-" + number;
  }

  public int size() {
    return checkpoints.size();
  }

  /** SHA-256 of a disk at a backup. */
  public String hash(int backup, String volume) {
    return hashes.getOrDefault(backup + " " + volume, "?");
  }

  /** Makes the next backup; {@code meanwhile} is what the guest does while a pull is open. */
  public VirtMover.Ended backUp(Mode mode, Runnable meanwhile) {
    var number = checkpoints.size();
    vm.flush();
    for (var volume : vm.volumes()) {
      hashes.put(number + " " + volume, DiskHash.sha256(vm.raw(volume), vm.size(volume)));
    }
    return mode == Mode.PUSH ? push(number) : pull(number, mode, meanwhile);
  }

  private Optional<String> base() {
    return checkpoints.isEmpty() ? Optional.empty() : Optional.of(checkpoints.getLast());
  }

  private VirtMover.Ended push(int number) {
    var base = base();
    var backup = vm.push(pvc, name(number), base);
    var disks = new ArrayList<String>();
    backup.files().forEach((volume, file) -> disks.add(volume + "=" + file));
    checkpoints.add(backup.checkpoint());
    return run(number, backup.checkpoint(), base, disks, List.of());
  }

  private VirtMover.Ended pull(int number, Mode mode, Runnable meanwhile) {
    var base = base();
    var increments = mode == Mode.PULL ? IncrementMap.MERGED : IncrementMap.DIRTY_BITMAP;
    try (var pull = vm.pull(name(number), base);
        var server = ExportServer.start(pull, increments)) {
      meanwhile.run();
      var disks = new ArrayList<String>();
      for (var volume : vm.volumes()) {
        var url = number % 2 == 0 ? server.url(volume) : server.externalUrl(volume);
        disks.add("%s=%s,size=%d".formatted(volume, url, vm.size(volume)));
      }
      checkpoints.add(pull.checkpoint());
      return run(
          number,
          pull.checkpoint(),
          base,
          disks,
          List.of(
              "--export-ca",
              server.caFile().toString(),
              "--export-token",
              server.tokenFile().toString()));
    }
  }

  private VirtMover.Ended run(
      int number, String checkpoint, Optional<String> base, List<String> disks, List<String> more) {
    var words =
        new ArrayList<>(
            List.of(
                "--vm",
                "shop/db-01",
                "--backup",
                name(number),
                "--checkpoint",
                checkpoint,
                "--type",
                base.isPresent() ? "incremental" : "full"));
    base.ifPresent(parent -> words.addAll(List.of("--parent", parent)));
    disks.forEach(disk -> words.addAll(List.of("--disk", disk)));
    words.addAll(more);
    return virtmover.run("backup", words.toArray(String[]::new));
  }
}
