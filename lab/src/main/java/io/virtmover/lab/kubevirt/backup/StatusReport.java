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
          case B, C -> ConditionsB.after(old.conditions(), stage, time);
        };
    var next = fields(old.with(conditions), stage, model, time);
    return job.map(told -> copied(next, stage, told, model, time)).orElse(next);
  }

  private static BackupStatus fields(BackupStatus status, Stage stage, Model model, String time) {
    return switch (stage) {
      case Stage.Started(var type) ->
          model == Model.C ? status.withType(type).startedAt(time) : status.withType(type);
      case Stage.PreparingExport() ->
          switch (model) {
            case A -> status;
            case B -> status.withCert(Optional.empty());
            case C -> status.withLinks(Optional.empty());
          };
      case Stage.Connected(var uid) -> model == Model.A ? status : status.withExport(uid);
      case Stage.Exported(var links) ->
          model == Model.C
              ? status.withLinks(Optional.of(links))
              : status
                  .withCert(Optional.of(links.internal().cert()))
                  .withVolumes(withLinks(status.includedVolumes(), links.internal()));
      case Stage.Ended(_) ->
          status
              .withLinks(Optional.empty())
              .withVolumes(
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
                stage instanceof Stage.Exported(var links) && model != Model.C
                    ? withLinks(volumes, links.internal())
                    : volumes);
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
      List<IncludedVolume> volumes, BackupLinks.Links links) {
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
