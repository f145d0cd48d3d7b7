// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static io.virtmover.controller.upload.SomeBackup.CHECKPOINT;
import static io.virtmover.controller.upload.SomeBackup.DATA;
import static io.virtmover.controller.upload.SomeBackup.EXPORT;
import static io.virtmover.controller.upload.SomeBackup.NAME;
import static io.virtmover.controller.upload.SomeBackup.PARENT;
import static io.virtmover.controller.upload.SomeBackup.PULLED;
import static io.virtmover.controller.upload.SomeBackup.PULLED_INCREMENT;
import static io.virtmover.controller.upload.SomeBackup.PUSHED;
import static io.virtmover.controller.upload.SomeBackup.PUSHED_INCREMENT;
import static io.virtmover.controller.upload.SomeBackup.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.virtmover.cluster.VmBackup;
import io.virtmover.cluster.VmBackupState;
import io.virtmover.cluster.VmExport;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.controller.mover.MoverOrder;
import io.virtmover.controller.mover.MoverVolume;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.BackUp;
import io.virtmover.transfer.DiskNeed;
import io.virtmover.transfer.DiskOrigin;
import io.virtmover.transfer.DiskSize;
import io.virtmover.transfer.MoverMemory;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MoverOrdersTest {
  private static final LocationAccess LOCATION =
      new LocationAccess(
          "default", JsonNodeFactory.instance.objectNode(), Optional.empty(), Optional.empty());
  private static final MoverOrders ORDERS =
      new MoverOrders(
          SomeUpload.in("Accepted"), SomeUpload.VM, new BackupName("night-1"), LOCATION);
  private static final VmBackup FULL = SomeBackup.in(new VmBackupState.ExportReady());
  private static final VmBackup INCREMENT = increment(Optional.empty());

  @Test
  void aPull_readsEveryVolumeFromTheExport() {
    // when
    var order = ORDERS.pull(FULL, PULLED, EXPORT, "secret");

    // then
    assertThat(order.name()).isEqualTo(NAME);
    assertThat(order.volume()).isEmpty();
    assertThat(order.export()).contains(new MoverOrder.ExportSecret("PEM", "secret"));
    assertThat(order.memory())
        .isEqualTo(MoverMemory.ofBackup(List.of(DiskNeed.ofSize(SomeBackup.AT_MOST))));
    assertThat(order.task())
        .isEqualTo(
            new BackUp(
                new BackupName("night-1"),
                CHECKPOINT,
                Optional.empty(),
                Optional.of("uid-of-vm"),
                List.of(
                    new BackUp.Disk(
                        ROOT,
                        BackupType.FULL,
                        export("rootdisk"),
                        Optional.of("web-7-root"),
                        Optional.of("uid-1")),
                    new BackUp.Disk(
                        DATA,
                        BackupType.FULL,
                        export("data"),
                        Optional.of("web-7-data"),
                        Optional.of("uid-2"))),
                Optional.of(Path.of("/etc/virtmover/transfer/export-ca.pem")),
                Optional.of(Path.of("/etc/virtmover/transfer/export-token")),
                Optional.of(FullReason.FIRST_BACKUP),
                OptionalLong.empty(),
                false));
  }

  @Test
  void aPush_readsKubeVirtsFilesFromTheClaim() {
    // when
    var order = ORDERS.push(INCREMENT, PUSHED_INCREMENT);

    // then
    assertThat(order.volume()).contains(new MoverVolume(NAME, "/mnt/volume", false, true));
    assertThat(order.export()).isEmpty();
    assertThat(task(order).exportCa()).isEmpty();
    assertThat(task(order).exportToken()).isEmpty();
    assertThat(task(order).parent()).contains(PARENT);
    assertThat(task(order).reason()).isEmpty();
    assertThat(task(order).disks())
        .extracting(BackUp.Disk::origin)
        .containsExactly(
            pushed("/mnt/volume/web-7/%s/%s-rootdisk.qcow2".formatted(CHECKPOINT, NAME)),
            pushed("/mnt/volume/web-7/%s/%s-data.qcow2".formatted(CHECKPOINT, NAME)));
  }

  @Test
  void aFullThatWasToBeAnIncrement_buildsOnNothingAndSaysWhy() {
    // when
    var task = task(ORDERS.pull(FULL, PULLED_INCREMENT, EXPORT, "secret"));

    // then
    assertThat(task.parent()).isEmpty();
    assertThat(task.reason()).contains(FullReason.CHANGES_UNKNOWN);
    assertThat(task.type()).isEqualTo(BackupType.FULL);
  }

  @Test
  void aTypeOfAVolume_countsBeforeTheBackups() {
    // when
    var task =
        task(
            ORDERS.pull(
                increment(Optional.of(BackupType.FULL)), PULLED_INCREMENT, EXPORT, "secret"));

    // then
    assertThat(task.type()).isEqualTo(BackupType.INCREMENTAL);
    assertThat(task.disks())
        .extracting(BackUp.Disk::type)
        .containsExactly(BackupType.FULL, BackupType.INCREMENTAL);
  }

  @Test
  void aSizeThatIsTold_isNotSearched() {
    // given
    var root =
        new BackupPlan.Disk(
            ROOT,
            Optional.of("web-7-root"),
            Optional.of("uid-1"),
            SomeBackup.AT_MOST,
            OptionalLong.of(1 << 30));
    var plan = with(PULLED, List.of(root, SomeBackup.disks().getLast()));

    // when
    var order = ORDERS.pull(FULL, plan, EXPORT, "secret");

    // then
    assertThat(task(order).disks().getFirst().origin())
        .isEqualTo(
            new DiskOrigin.Export(
                URI.create("https://virt-export.orders.svc/exports/rootdisk"),
                new DiskSize.Exactly(1 << 30)));
    assertThat(order.memory())
        .isEqualTo(
            MoverMemory.ofBackup(
                List.of(DiskNeed.ofSize(1 << 30), DiskNeed.ofSize(SomeBackup.AT_MOST))));
  }

  @Test
  void anIncrementOfDisksThatAllLostTheirChanges_staysOne() {
    // given
    var backup =
        new VmBackup(
            INCREMENT.namespace(),
            INCREMENT.name(),
            INCREMENT.created(),
            false,
            INCREMENT.state(),
            INCREMENT.quiesce(),
            INCREMENT.type(),
            INCREMENT.checkpoint(),
            List.of(
                new VmBackup.IncludedVolume(ROOT, Optional.of(BackupType.FULL)),
                new VmBackup.IncludedVolume(DATA, Optional.of(BackupType.FULL))));

    // when
    var task = task(ORDERS.push(backup, PUSHED_INCREMENT));

    // then
    assertThat(task.parent()).contains(PARENT);
    assertThat(task.disks()).extracting(BackUp.Disk::type).containsOnly(BackupType.FULL);
  }

  @Test
  void aHostDisk_isPushedButNotPulled() {
    // given
    var disks =
        List.of(
            new BackupPlan.Disk(ROOT, Optional.empty(), Optional.empty(), 0),
            SomeBackup.disks().getLast());

    // then
    assertThat(task(ORDERS.push(FULL, with(PUSHED, disks))).disks().getFirst().pvc()).isEmpty();
    assertRefused(
        () -> ORDERS.pull(FULL, with(PULLED, disks), EXPORT, "secret"),
        FailureKind.UNSUPPORTED,
        "The size of volume rootdisk is not known, so it cannot be pulled; use the mode push.");
  }

  @Test
  void anExportThatLacksAVolume_isWaitedFor() {
    // given
    var one =
        new VmExport(NAME, true, EXPORT.authority(), Map.of(ROOT, EXPORT.addresses().get(ROOT)));

    // then
    assertRefused(
        () -> ORDERS.pull(FULL, PULLED, one, "secret"),
        FailureKind.UNAVAILABLE,
        "KubeVirt's export names no address for volume data.");
  }

  @Test
  void aBackupWithoutAType_isAnothers() {
    // given
    var hijacked =
        SomeBackup.of(new VmBackupState.ExportReady(), Optional.empty(), Optional.of(CHECKPOINT));

    // then
    assertRefused(
        () -> ORDERS.pull(hijacked, PULLED, EXPORT, "secret"),
        FailureKind.CONFLICT,
        "KubeVirt mixed backup %s up with another one.".formatted(NAME));
  }

  private static void assertRefused(ThrowingCallable call, FailureKind kind, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessage(message);
  }

  private static VmBackup increment(Optional<BackupType> ofRoot) {
    return SomeBackup.of(
        new VmBackupState.ExportReady(),
        Optional.of(BackupType.INCREMENTAL),
        Optional.of(CHECKPOINT),
        ofRoot);
  }

  private static BackupPlan with(BackupPlan plan, List<BackupPlan.Disk> disks) {
    return new BackupPlan(
        plan.isPull(), plan.tracker(), plan.vmUid(), plan.parent(), plan.reason(), disks);
  }

  private static BackUp task(MoverOrder order) {
    return (BackUp) order.task();
  }

  private static DiskOrigin export(String volume) {
    return new DiskOrigin.Export(
        URI.create("https://virt-export.orders.svc/exports/" + volume),
        new DiskSize.AtMost(SomeBackup.AT_MOST));
  }

  private static DiskOrigin pushed(String file) {
    return new DiskOrigin.PushedFile(Path.of(file), OptionalLong.empty());
  }
}
