// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.controller.Keys;
import io.virtmover.controller.callback.MoverReports;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.controller.watch.Glance;
import io.virtmover.domain.BackupType;
import io.virtmover.failure.VirtMoverException;
import java.util.Optional;

/** What is known of DataUploads. */
final class UploadGlances {
  private final UploadSources sources;
  private final MoverReports reports;

  UploadGlances(UploadSources sources, MoverReports reports) {
    this.sources = sources;
    this.reports = reports;
  }

  Glance of(DataUpload request) {
    if (request.phase().isFinal()) {
      return glance(request, Optional.empty(), Optional.empty());
    }
    var name = Observer.name(request, Retries.of(request));
    return glance(request, plan(request, name), reports.of(name).progress());
  }

  static Glance glance(
      DataUpload request, Optional<BackupPlan> plan, Optional<TransferStatus.Progress> reported) {
    var status = request.status();
    var told = BackupKind.read(Optional.ofNullable(status.message()).orElse(""));
    return new Glance(
        UploadWords.vm(request),
        told.kind().map(BackupKind::type).or(() -> plan.map(UploadGlances::type)),
        told.kind().flatMap(BackupKind::reason).or(() -> plan.flatMap(BackupPlan::reason)),
        plan.map(BackupPlan::isPull),
        reported.or(() -> Optional.ofNullable(status.progress())),
        plan.isPresent() && request.phase() == TransferPhase.ACCEPTED
            ? preparing(told.rest())
            : told.rest());
  }

  private static BackupType type(BackupPlan plan) {
    return plan.isFull() ? BackupType.FULL : BackupType.INCREMENTAL;
  }

  /** What it came after stays in the status until there is something else to say. */
  private static String preparing(String message) {
    return message.isEmpty() || message.startsWith(Turn.COMES_AFTER)
        ? "KubeVirt makes the data ready."
        : message;
  }

  private Optional<BackupPlan> plan(DataUpload request, String name) {
    return UploadWords.vm(request).stream()
        .flatMap(vm -> sources.backups(vm.namespace()).stream())
        .filter(backup -> backup.getMetadata().getName().equals(name))
        .filter(backup -> UploadSources.isOf(backup, request))
        .findFirst()
        .map(backup -> backup.getMetadata().getAnnotations())
        .flatMap(all -> Optional.ofNullable(all.get(Keys.PLAN)))
        .flatMap(UploadGlances::read);
  }

  /** A plan that cannot be read is the reconciler's trouble. */
  private static Optional<BackupPlan> read(String text) {
    try {
      return Optional.of(BackupPlan.read(text));
    } catch (VirtMoverException e) {
      return Optional.empty();
    }
  }
}
