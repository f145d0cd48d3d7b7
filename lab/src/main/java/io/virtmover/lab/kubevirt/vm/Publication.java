// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.JsonPatch;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.kubevirt.launcher.JobReport;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What virt-handler writes into the VMI's {@code backupStatus}: first checkpoint, volumes and
 * quiescing in one update, then the end. It only completes a status that the backup controller has
 * made and not yet removed.
 */
final class Publication {
  private static final String STATUS = "/status/changedBlockTracking/backupStatus";

  private Publication() {}

  static Optional<JsonPatch> next(
      GenericKubernetesResource vmi, JobReport report, Release release) {
    var status =
        Fields.of(vmi)
            .object("status", "changedBlockTracking", "backupStatus")
            .filter(now -> now.text("backupName").orElse("").equals(report.backupName()))
            .filter(now -> now.text("startTimestamp").orElse("").equals(started(report)));
    return status.flatMap(now -> next(now, report, release));
  }

  private static String started(JobReport report) {
    return report.started().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Optional<JsonPatch> next(Fields now, JobReport report, Release release) {
    if (!now.has("checkpointName")) {
      return Optional.of(patch(now, beginning(report, release)));
    }
    return report
        .ending()
        .filter(_ -> !now.isTrue("completed"))
        .map(ending -> patch(now, end(ending)));
  }

  private static JsonPatch patch(Fields now, Map<String, Object> more) {
    var all = new LinkedHashMap<String, Object>();
    now.map().forEach((name, value) -> all.put(name.toString(), value));
    all.putAll(more);
    return new JsonPatch()
        .test(STATUS + "/backupName", now.text("backupName").orElse(""))
        .replace(STATUS, all);
  }

  private static Map<String, Object> beginning(JobReport report, Release release) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("checkpointName", report.checkpoint());
    fields.put(
        "volumes", report.volumes().stream().map(volume -> volume(volume, release)).toList());
    switch (release) {
      case V1_8 -> {}
      case V1_9, HEAD, NEXT -> fields.put("quiesceStatus", report.quiesce());
    }
    return fields;
  }

  private static Map<String, Object> volume(JobReport.Volume volume, Release release) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("volumeName", volume.name());
    if (release.hasDiskTarget()) {
      fields.put("diskTarget", volume.target());
    }
    if (release.hasTypePerVolume()) {
      fields.put("type", volume.isWhole() ? "Full" : "Incremental");
    }
    return fields;
  }

  private static Map<String, Object> end(JobReport.Ending ending) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("completed", true);
    fields.put("endTimestamp", ending.at().truncatedTo(ChronoUnit.SECONDS).toString());
    ending
        .failure()
        .ifPresent(
            words -> {
              fields.put("failed", true);
              fields.put("backupMsg", words);
            });
    return fields;
  }
}
