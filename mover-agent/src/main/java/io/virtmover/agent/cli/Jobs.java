// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.agent.backup.BackupJob;
import io.virtmover.agent.backup.BackupSpec;
import io.virtmover.agent.backup.DiskOrigin;
import io.virtmover.agent.restore.RestoreJob;
import io.virtmover.agent.verify.VerifyJob;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.VmRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Runs the jobs for the commands and puts their reports into words. */
final class Jobs {
  /** A finished backup, for JSON. */
  record BackupReport(
      String vm,
      String backup,
      String checkpoint,
      String type,
      List<String> chain,
      List<BackupJob.DiskReport> disks,
      long memory) {}

  private Jobs() {}

  static Outcome backup(MoverCommand.Context context, BackupSpec spec) {
    checkEverythingApplies(spec);
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

  /** What would be taken and then not used is refused. */
  private static void checkEverythingApplies(BackupSpec spec) {
    var pulls = spec.disks().stream().anyMatch(disk -> disk.origin() instanceof DiskOrigin.Export);
    if (!pulls && (spec.exportCa().isPresent() || spec.exportToken().isPresent())) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "No disk comes from an export, so an export's CA and token do not apply; leave them out.");
    }
    if (spec.reason().isPresent() && spec.type() == BackupType.INCREMENTAL) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "A reason says why a backup is a full; leave it out of an increment.");
    }
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
    return VerifyOutcome.of(vm, new VerifyJob(spec, repository, context.progress()).run());
  }

  static OptionalLong optional(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
