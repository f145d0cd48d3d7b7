// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.cluster.VmBackup;
import io.virtmover.cluster.VmExport;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.controller.mover.MoverOrder;
import io.virtmover.controller.mover.MoverPaths;
import io.virtmover.controller.mover.MoverVolume;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.BackUp;
import io.virtmover.transfer.DiskNeed;
import io.virtmover.transfer.DiskOrigin;
import io.virtmover.transfer.MoverMemory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes the order for the mover of a backup. */
final class MoverOrders {
  private final DataUpload request;
  private final VmRef vm;
  private final BackupName name;
  private final LocationAccess location;

  MoverOrders(DataUpload request, VmRef vm, BackupName name, LocationAccess location) {
    this.request = request;
    this.vm = vm;
    this.name = name;
    this.location = location;
  }

  /** The order for data that is pulled. */
  MoverOrder pull(VmBackup backup, BackupPlan plan, VmExport export, String token) {
    var disks =
        backup.volumes().stream()
            .map(volume -> disk(backup, plan, volume, exported(export, volume, plan)))
            .toList();
    var task =
        task(
            backup,
            plan,
            disks,
            Optional.of(MoverPaths.EXPORT_CA),
            Optional.of(MoverPaths.EXPORT_TOKEN));
    var secret = new MoverOrder.ExportSecret(export.authority().orElse(""), token);
    return order(backup, plan, task, Optional.empty(), Optional.of(secret));
  }

  /** The order for files that KubeVirt has pushed onto a claim of the backup's name. */
  MoverOrder push(VmBackup backup, BackupPlan plan) {
    var disks =
        backup.volumes().stream()
            .map(volume -> disk(backup, plan, volume, pushed(backup, volume)))
            .toList();
    var task = task(backup, plan, disks, Optional.empty(), Optional.empty());
    var volume = new MoverVolume(backup.name(), MoverPaths.VOLUME, false, true);
    return order(backup, plan, task, Optional.of(volume), Optional.empty());
  }

  private DiskOrigin pushed(VmBackup backup, VmBackup.IncludedVolume volume) {
    // KubeVirt's layout: /<vmi>/<checkpoint>/<backup>-<volume>.qcow2
    var file =
        Path.of(
            MoverPaths.VOLUME,
            vm.name(),
            backup.ownCheckpoint().value(),
            "%s-%s.qcow2".formatted(backup.name(), volume.name()));
    return new DiskOrigin.PushedFile(file, OptionalLong.empty());
  }

  private static DiskOrigin exported(
      VmExport export, VmBackup.IncludedVolume volume, BackupPlan plan) {
    var address = export.addresses().get(volume.name());
    if (address == null) {
      throw new VirtMoverException(
          FailureKind.UNAVAILABLE,
          "KubeVirt's export names no address for volume %s.".formatted(volume.name()));
    }
    var size =
        plan.disk(volume.name())
            .flatMap(BackupPlan.Disk::knownSize)
            .orElseThrow(
                () ->
                    new VirtMoverException(
                        FailureKind.UNSUPPORTED,
                        "The size of volume %s is not known, so it cannot be pulled; use the mode push."
                            .formatted(volume.name())));
    return new DiskOrigin.Export(address, size);
  }

  private static BackUp.Disk disk(
      VmBackup backup, BackupPlan plan, VmBackup.IncludedVolume volume, DiskOrigin origin) {
    var planned = plan.disk(volume.name());
    return new BackUp.Disk(
        volume.name(),
        volume.type().orElse(type(backup)),
        origin,
        planned.flatMap(BackupPlan.Disk::claim),
        planned.flatMap(BackupPlan.Disk::claimUid));
  }

  /** KubeVirt's word decides: a cleared checkpoint makes a full of what was to be an increment. */
  private static BackupType type(VmBackup backup) {
    return backup
        .type()
        .orElseThrow(
            () ->
                new VirtMoverException(
                    FailureKind.CONFLICT,
                    "KubeVirt mixed backup %s up with another one.".formatted(backup.name())));
  }

  private BackUp task(
      VmBackup backup,
      BackupPlan plan,
      List<BackUp.Disk> disks,
      Optional<Path> exportCa,
      Optional<Path> exportToken) {
    var isIncrement = type(backup) == BackupType.INCREMENTAL;
    return new BackUp(
        name,
        backup.ownCheckpoint(),
        isIncrement ? plan.parent() : Optional.empty(),
        Optional.of(plan.vmUid()),
        disks,
        exportCa,
        exportToken,
        isIncrement
            ? Optional.empty()
            : plan.reason().or(() -> Optional.of(FullReason.CHANGES_UNKNOWN)),
        OptionalLong.empty(),
        false);
  }

  private MoverOrder order(
      VmBackup backup,
      BackupPlan plan,
      BackUp task,
      Optional<MoverVolume> volume,
      Optional<MoverOrder.ExportSecret> export) {
    var needs =
        plan.disks().stream()
            .flatMap(disk -> disk.knownSize().stream())
            .map(size -> DiskNeed.ofSize(size.most()))
            .toList();
    return new MoverOrder(
        backup.name(), request, vm, task, location, volume, export, MoverMemory.ofBackup(needs));
  }
}
