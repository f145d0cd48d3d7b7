// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.chain.StoredImages;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.agent.progress.Progress;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.repository.ImageNames;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.VmRepository;
import io.virtmover.transfer.BackUp;
import io.virtmover.transfer.BackUpReport;
import io.virtmover.transfer.DiskOrigin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** A bucket in memory with backups of one VM, made by our jobs of files that QEMU made. */
public final class BackedUpVm {
  public static final VmRef VM = new VmRef("shop", "db-01");

  public final InMemoryObjectStore store = new InMemoryObjectStore();
  public final RepositoryRoot root = RepositoryRoot.ofPrefix("oadp");
  public final VmRepository repository = new VmRepository(store, root, VM);

  /** A pushed file of 1 MiB whose first cluster is full of a byte: a full, or an increment. */
  public static Path pushed(Path file, int fill, Optional<Path> below) {
    var options =
        below
            .map(full -> new String[] {"backing_fmt=qcow2", "backing_file=" + full})
            .orElseGet(() -> new String[0]);
    StoredImages.create(file, "1M", options);
    QemuImg.io(file, "write -P %d 0 64k".formatted(fill));
    return file;
  }

  public static CheckpointName checkpoint(String backup) {
    return new CheckpointName(backup + "-2026-01-11_01-00-03");
  }

  /** A disk of a pushed file. */
  public static BackUp.Disk disk(String volume, BackupType type, Path file) {
    return disk(volume, type, file, OptionalLong.empty());
  }

  static BackUp.Disk disk(String volume, BackupType type, Path file, OptionalLong size) {
    return new BackUp.Disk(
        new VolumeName(volume),
        type,
        new DiskOrigin.PushedFile(file, size),
        Optional.empty(),
        Optional.empty());
  }

  static BackUp task(String backup, Optional<String> parent, List<BackUp.Disk> disks) {
    return new BackUp(
        new BackupName(backup),
        checkpoint(backup),
        parent.map(BackedUpVm::checkpoint),
        Optional.empty(),
        disks,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        false);
  }

  static BackupJob job(BackUp task, String attempt, VmRepository repository) {
    return new BackupJob(
        task,
        BackupJob.Settings.usual(attempt),
        repository,
        Clock.systemUTC(),
        "test",
        Progress.silent());
  }

  BackupJob job(String backup, Optional<String> parent, List<BackUp.Disk> disks) {
    return job(task(backup, parent, disks), "attempt", repository);
  }

  public BackUpReport backUp(String backup, Optional<String> parent, List<BackUp.Disk> disks) {
    return job(backup, parent, disks).run();
  }

  public String imageKey(String backup, String volume) {
    return root.key(ImageNames.imagePath(VM, checkpoint(backup), new VolumeName(volume)));
  }

  public String recordKey(String backup) {
    return root.key("checkpoints/%s/%s/checkpoint.json".formatted(VM, checkpoint(backup)));
  }

  public String indexKey() {
    return root.key("checkpoints/%s/index.json".formatted(VM));
  }

  public String manifestKey(String backup) {
    return root.key("manifests/%s/shop-db-01.json".formatted(backup));
  }

  /** Rewrites a document as somebody else would. */
  public void edit(String key, UnaryOperator<String> change) {
    var text = new String(store.peek(key).orElseThrow(), StandardCharsets.UTF_8);
    var changed = change.apply(text);
    if (changed.equals(text)) {
      throw new AssertionError("nothing to change in " + text);
    }
    store.plant(key, changed.getBytes(StandardCharsets.UTF_8));
  }
}
