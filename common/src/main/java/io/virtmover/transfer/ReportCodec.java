// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import java.util.Arrays;
import java.util.Optional;

/** The reports as JSON (docs/transfer-contract.md). */
public final class ReportCodec {
  private static final String BACKUP = "backup";
  private static final String RESTORE = "restore";
  private static final String VERIFY = "verify";

  private ReportCodec() {}

  public static ObjectNode write(Report report) {
    return switch (report) {
      case BackUpReport backUp -> write(backUp);
      case RestoreReport restore -> write(restore);
      case VerifyReport verify -> write(verify);
    };
  }

  /** Empty for the report of a task that only a later minor version knows. */
  static Optional<Report> read(DocumentFields fields) {
    return switch (fields.requiredText("task")) {
      case BACKUP -> Optional.of(backUp(fields));
      case RESTORE -> Optional.of(restore(fields));
      case VERIFY -> Optional.of(verify(fields));
      default -> {
        if (fields.isOfLaterMinor()) {
          yield Optional.empty();
        }
        throw fields.wrong("task", "is not one that this program knows");
      }
    };
  }

  private static ObjectNode write(BackUpReport report) {
    var json = object(BACKUP);
    json.put("vm", report.vm().toString()).put("backup", report.backup().value());
    json.put("checkpoint", report.checkpoint().value()).put("type", report.type().spelling());
    var chain = json.putArray("chain");
    report.chain().forEach(checkpoint -> chain.add(checkpoint.value()));
    var disks = json.putArray("disks");
    report
        .disks()
        .forEach(
            disk ->
                disks
                    .addObject()
                    .put("volume", disk.volume().value())
                    .put("type", disk.type().spelling())
                    .put("virtualSize", disk.virtualSize())
                    .put("bytesRead", disk.bytesRead())
                    .put("bytesStored", disk.bytesStored())
                    .put("bytesReused", disk.bytesReused()));
    var gone = json.putArray("gone");
    report.gone().forEach(gone::add);
    return json.put("memory", report.memory());
  }

  private static BackUpReport backUp(DocumentFields fields) {
    return new BackUpReport(
        fields.required("vm", VmRef::parse),
        fields.required("backup", BackupName::new),
        fields.required("checkpoint", CheckpointName::new),
        fields.required("type", BackupType::parse),
        fields.texts("chain").stream().map(CheckpointName::new).toList(),
        fields.objects("disks").stream().map(ReportCodec::disk).toList(),
        fields.texts("gone"),
        fields.requiredNumber("memory"));
  }

  private static BackUpReport.Disk disk(DocumentFields fields) {
    return new BackUpReport.Disk(
        fields.required("volume", VolumeName::new),
        fields.required("type", BackupType::parse),
        fields.requiredNumber("virtualSize"),
        fields.requiredNumber("bytesRead"),
        fields.requiredNumber("bytesStored"),
        fields.requiredNumber("bytesReused"));
  }

  private static ObjectNode write(RestoreReport report) {
    return object(RESTORE)
        .put("volume", report.volume().value())
        .put("virtualSize", report.virtualSize())
        .put("images", report.images())
        .put("bytesFetched", report.bytesFetched())
        .put("bytesWritten", report.bytesWritten())
        .put("resumedAt", report.resumedAt())
        .put("verified", report.verified());
  }

  private static RestoreReport restore(DocumentFields fields) {
    return new RestoreReport(
        fields.required("volume", VolumeName::new),
        fields.requiredNumber("virtualSize"),
        fields.requiredCount("images"),
        fields.requiredNumber("bytesFetched"),
        fields.requiredNumber("bytesWritten"),
        fields.requiredNumber("resumedAt"),
        fields.flag("verified"));
  }

  private static ObjectNode write(VerifyReport report) {
    var json =
        object(VERIFY)
            .put("backups", report.backups())
            .put("images", report.images())
            .put("unverifiable", report.unverifiable())
            .put("retagged", report.retagged())
            .put("bytesRead", report.bytesRead());
    var damages = json.putArray("damages");
    report.damages().forEach(damage -> damages.add(write(damage)));
    json.put("damageCount", report.damageCount());
    var unusable = json.putArray("unusable");
    report
        .unusable()
        .forEach(
            broken ->
                unusable
                    .addObject()
                    .put("backup", broken.backup())
                    .put("kind", broken.kind().name())
                    .put("what", broken.what()));
    return json;
  }

  private static ObjectNode write(Damage damage) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("disk", damage.disk()).put("object", damage.object());
    json.put("objectOffset", damage.objectOffset());
    damage.guestOffset().ifPresent(offset -> json.put("guestOffset", offset));
    json.put("what", damage.what());
    var backups = json.putArray("backups");
    damage.backups().forEach(backups::add);
    return json;
  }

  private static VerifyReport verify(DocumentFields fields) {
    return new VerifyReport(
        fields.requiredCount("backups"),
        fields.requiredCount("images"),
        fields.requiredCount("unverifiable"),
        fields.requiredCount("retagged"),
        fields.requiredNumber("bytesRead"),
        fields.objects("damages").stream().map(ReportCodec::damage).toList(),
        fields.requiredNumber("damageCount"),
        fields.objects("unusable").stream().map(ReportCodec::unusable).toList());
  }

  private static Damage damage(DocumentFields fields) {
    return new Damage(
        fields.requiredText("disk"),
        fields.requiredText("object"),
        fields.requiredNumber("objectOffset"),
        fields.number("guestOffset"),
        fields.requiredText("what"),
        fields.texts("backups"));
  }

  private static Unusable unusable(DocumentFields fields) {
    return new Unusable(
        fields.text("backup").orElse(""),
        kind(fields.requiredText("kind")),
        fields.requiredText("what"));
  }

  /** A kind that a later minor version has is not known to be anything but a failure. */
  static FailureKind kind(String name) {
    return Arrays.stream(FailureKind.values())
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElse(FailureKind.INTERNAL);
  }

  private static ObjectNode object(String task) {
    return JsonNodeFactory.instance.objectNode().put("task", task);
  }
}
