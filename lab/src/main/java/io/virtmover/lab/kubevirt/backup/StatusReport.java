// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The status of a backup after a stage. Pure. */
final class StatusReport {
  private StatusReport() {}

  static BackupStatus after(
      BackupView backup, Stage stage, Optional<JobView> job, Model model, Instant now) {
    var time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    var old = backup.statusOrEmpty();
    var conditions =
        switch (model) {
          case A -> ConditionsA.after(backup, stage, time);
          case B -> ConditionsB.after(old.conditions(), stage, time);
        };
    var next = fields(old.with(conditions), stage, model);
    return job.map(told -> copied(next, stage, told, model, time)).orElse(next);
  }

  private static BackupStatus fields(BackupStatus status, Stage stage, Model model) {
    return switch (stage) {
      case Stage.Started(var type) -> status.withType(type);
      case Stage.PreparingExport() -> model == Model.B ? status.withCert(Optional.empty()) : status;
      case Stage.Connected(var uid) -> model == Model.B ? status.withExport(uid) : status;
      case Stage.Exported(var links) ->
          status
              .withCert(Optional.of(links.cert()))
              .withVolumes(withLinks(status.includedVolumes(), links));
      case Stage.Ended(_) ->
          status.withVolumes(
              status.includedVolumes().stream().map(IncludedVolume::withoutEndpoints).toList());
      case Stage.Quiet(),
          Stage.Waiting(_),
          Stage.Attaching(_, _),
          Stage.BeingAttached(_, _),
          Stage.Aborting(_),
          Stage.Detaching(_) ->
          status;
    };
  }

  /** Copies what the job tells; endpoints that are known stay. */
  private static BackupStatus copied(
      BackupStatus status, Stage stage, JobView job, Model model, String time) {
    if (job.checkpointName().isEmpty()) {
      return status;
    }
    var volumes = job.volumes().stream().map(volume -> withKnownEndpoints(volume, status)).toList();
    var next =
        status
            .withCheckpoint(job.checkpointName())
            .withVolumes(
                stage instanceof Stage.Exported(var links) ? withLinks(volumes, links) : volumes);
    return model == Model.A
        ? next
        : next.with(ConditionsB.quiesced(next.conditions(), job.quiesceStatus(), time));
  }

  private static IncludedVolume withKnownEndpoints(IncludedVolume volume, BackupStatus status) {
    return status.includedVolumes().stream()
        .filter(known -> known.name().equals(volume.name()))
        .findFirst()
        .map(known -> volume.withEndpoints(known.dataEndpoint(), known.mapEndpoint()))
        .orElse(volume);
  }

  private static List<IncludedVolume> withLinks(
      List<IncludedVolume> volumes, ExportView.Links links) {
    return volumes.stream()
        .map(
            volume -> {
              var endpoints = links.volumes().get(volume.name());
              return endpoints == null
                  ? volume
                  : volume.withEndpoints(endpoints.data(), endpoints.map());
            })
        .toList();
  }
}
