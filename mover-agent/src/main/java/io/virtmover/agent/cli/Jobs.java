// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.agent.backup.BackupJob;
import io.virtmover.agent.restore.RestoreJob;
import io.virtmover.agent.verify.VerifyJob;
import io.virtmover.domain.VmRef;
import io.virtmover.repository.VmRepository;
import io.virtmover.transfer.BackUp;
import io.virtmover.transfer.BackUpReport;
import io.virtmover.transfer.ReportCodec;
import io.virtmover.transfer.Restore;
import io.virtmover.transfer.RestoreReport;
import io.virtmover.transfer.Task;
import io.virtmover.transfer.Verify;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Runs the job of a task, whoever asked for it, and puts its report into words. */
final class Jobs {
  /**
   * What only people at a command line can set.
   *
   * @param backup how a backup is made
   * @param markEvery bytes after which a restore's target remembers how far it is
   */
  record Settings(BackupJob.Settings backup, long markEvery) {
    static Settings usual(String attempt) {
      return new Settings(BackupJob.Settings.usual(attempt), RestoreJob.CHECKPOINT_EVERY);
    }
  }

  private Jobs() {}

  static Outcome run(MoverCommand.Context context, VmRef vm, Task task, Settings settings) {
    var repository = new VmRepository(context.store(), context.root(), vm);
    return switch (task) {
      case BackUp backUp -> {
        MoverCommand.requireWritable(context.location());
        yield said(
            new BackupJob(
                    backUp,
                    settings.backup(),
                    repository,
                    context.clock(),
                    Version.TEXT,
                    context.progress())
                .run());
      }
      case Restore restore ->
          said(
              restore,
              new RestoreJob(restore, settings.markEvery(), repository, context.progress()).run());
      case Verify verify ->
          VerifyOutcome.of(vm, new VerifyJob(verify, repository, context.progress()).run());
    };
  }

  private static Outcome said(BackUpReport report) {
    var lines = new ArrayList<String>();
    for (var disk : report.disks()) {
      lines.add(
          "disk %s: %s read, %s stored%s%s"
              .formatted(
                  disk.volume(),
                  Sizes.of(disk.bytesRead()),
                  Sizes.of(disk.bytesStored()),
                  disk.bytesReused() > 0
                      ? " (%s of it by an earlier run)".formatted(Sizes.of(disk.bytesReused()))
                      : "",
                  disk.type() == report.type() ? "" : ", read whole"));
    }
    lines.add(
        "backup %s of VM %s is complete: %s, checkpoint %s, chain of %d"
            .formatted(
                report.backup(),
                report.vm(),
                report.type().spelling().toLowerCase(Locale.ROOT),
                report.checkpoint(),
                report.chain().size()));
    return Outcome.good(ReportCodec.write(report), lines);
  }

  private static Outcome said(Restore task, RestoreReport report) {
    var resumed =
        report.resumedAt() > 0 ? ", went on at %s".formatted(Sizes.of(report.resumedAt())) : "";
    return Outcome.good(
        ReportCodec.write(report),
        List.of(
            "disk %s of backup %s is restored to %s: %s from %d images, %s fetched%s"
                .formatted(
                    task.volume(),
                    task.backup(),
                    task.target(),
                    Sizes.of(report.virtualSize()),
                    report.images(),
                    Sizes.of(report.bytesFetched()),
                    resumed)));
  }

  static OptionalLong optional(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
