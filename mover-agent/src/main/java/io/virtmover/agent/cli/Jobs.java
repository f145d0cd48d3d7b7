// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.agent.backup.BackupJob;
import io.virtmover.agent.backup.BackupSpec;
import io.virtmover.agent.restore.RestoreJob;
import io.virtmover.agent.verify.VerifyJob;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.VmRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Runs the jobs for the commands and puts their reports into words. */
final class Jobs {
  private static final int MOST_DAMAGES = 100;

  /** A finished backup, for JSON. */
  record BackupReport(
      String vm,
      String backup,
      String checkpoint,
      String type,
      List<String> chain,
      List<BackupJob.DiskReport> disks,
      long memory) {}

  /** Damage, for JSON. */
  record DamageReport(
      String disk,
      String object,
      long objectOffset,
      long guestOffset,
      String what,
      List<String> backups) {}

  /** A finished verification, for JSON. */
  record VerifyReport(
      int backups, int images, int unverifiable, long bytesRead, List<DamageReport> damages) {}

  private Jobs() {}

  static Outcome backup(MoverCommand.Context context, BackupSpec spec) {
    var repository = new VmRepository(context.store(), context.root(), spec.vm());
    var report =
        new BackupJob(spec, repository, context.clock(), Version.TEXT, context.progress()).run();
    var lines = new ArrayList<String>();
    for (var disk : report.disks()) {
      lines.add(
          "disk %s: %s read, %s stored%s"
              .formatted(
                  disk.volume(),
                  Sizes.of(disk.bytesRead()),
                  Sizes.of(disk.bytesStored()),
                  disk.bytesReused() > 0
                      ? " (%s of it by an earlier run)".formatted(Sizes.of(disk.bytesReused()))
                      : ""));
    }
    lines.add(
        "backup %s of VM %s is complete: %s, checkpoint %s, chain of %d"
            .formatted(
                spec.backup(),
                spec.vm(),
                spec.type().spelling().toLowerCase(Locale.ROOT),
                spec.checkpoint(),
                report.chain().size()));
    return Outcome.good(
        new BackupReport(
            spec.vm().toString(),
            spec.backup().value(),
            spec.checkpoint().value(),
            spec.type().spelling(),
            report.chain().stream().map(Object::toString).toList(),
            report.disks(),
            report.memory()),
        lines);
  }

  static Outcome restore(MoverCommand.Context context, VmRef vm, RestoreJob.Spec spec) {
    var repository = new VmRepository(context.store(), context.root(), vm);
    var report = new RestoreJob(spec, repository, context.progress()).run();
    var resumed =
        report.resumedAt() > 0 ? ", went on at %s".formatted(Sizes.of(report.resumedAt())) : "";
    return Outcome.good(
        report,
        List.of(
            "disk %s of backup %s is restored to %s: %s from %d images, %s fetched%s"
                .formatted(
                    spec.volume(),
                    spec.backup(),
                    spec.target(),
                    Sizes.of(report.virtualSize()),
                    report.images(),
                    Sizes.of(report.bytesFetched()),
                    resumed)));
  }

  static Outcome verify(MoverCommand.Context context, VmRef vm, VerifyJob.Spec spec) {
    var repository = new VmRepository(context.store(), context.root(), vm);
    var found = new VerifyJob(spec, repository, context.progress()).run();
    var damages =
        found.damages().stream()
            .map(
                damage ->
                    new DamageReport(
                        damage.disk(),
                        damage.object(),
                        damage.objectOffset(),
                        damage.guestOffset().orElse(-1),
                        damage.what(),
                        damage.backups()))
            .toList();
    var report =
        new VerifyReport(
            found.backups(), found.images(), found.unverifiable(), found.bytesRead(), damages);
    var lines = new ArrayList<String>();
    damages.stream()
        .limit(MOST_DAMAGES)
        .forEach(
            damage ->
                lines.add(
                    "DAMAGED disk %s: %s; object %s, byte %d; affects %s"
                        .formatted(
                            damage.disk(),
                            damage.what(),
                            damage.object(),
                            damage.objectOffset(),
                            String.join(", ", damage.backups()))));
    if (found.unverifiable() > 0) {
      lines.add(
          "%d images have no recorded checksums; only their structure was checked"
              .formatted(found.unverifiable()));
    }
    lines.add(
        "%d backups of VM %s verified: %d images, %s read, %d damages"
            .formatted(
                found.backups(), vm, found.images(), Sizes.of(found.bytesRead()), damages.size()));
    return new Outcome(report, lines, damages.isEmpty() ? Optional.empty() : damaged(vm, damages));
  }

  private static Optional<VirtMoverException> damaged(VmRef vm, List<DamageReport> damages) {
    var backups = damages.stream().flatMap(damage -> damage.backups().stream()).distinct().sorted();
    return Optional.of(
        new VirtMoverException(
            FailureKind.CORRUPT_BACKUP,
            "VM %s: %d damages found; do not rely on %s. The next backup should be a full."
                .formatted(vm, damages.size(), String.join(", ", backups.toList()))));
  }

  static OptionalLong optional(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
