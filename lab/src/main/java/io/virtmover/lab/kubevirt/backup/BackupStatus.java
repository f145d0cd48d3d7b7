// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.api.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The status of a VirtualMachineBackup. Source: kubevirt-backup-api.md §2.3. */
record BackupStatus(
    Conditions conditions,
    Optional<String> type,
    Optional<String> checkpointName,
    List<IncludedVolume> includedVolumes,
    Optional<String> endpointCert,
    Optional<String> exportUid) {
  static final BackupStatus EMPTY =
      new BackupStatus(
          new Conditions(List.of()),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty());

  static BackupStatus of(Fields status) {
    return new BackupStatus(
        new Conditions(status.list("conditions").stream().map(Condition::of).toList()),
        status.text("type"),
        status.text("checkpointName"),
        IncludedVolume.of(status.list("includedVolumes")),
        status.text("endpointCert"),
        status.text("exportUID"));
  }

  /** Whether the Start command was accepted once. */
  boolean isStarted() {
    return type.isPresent();
  }

  BackupStatus with(Conditions next) {
    return new BackupStatus(next, type, checkpointName, includedVolumes, endpointCert, exportUid);
  }

  BackupStatus withType(String started) {
    return new BackupStatus(
        conditions, Optional.of(started), checkpointName, includedVolumes, endpointCert, exportUid);
  }

  BackupStatus withCheckpoint(Optional<String> name) {
    return new BackupStatus(conditions, type, name, includedVolumes, endpointCert, exportUid);
  }

  BackupStatus withVolumes(List<IncludedVolume> volumes) {
    return new BackupStatus(conditions, type, checkpointName, volumes, endpointCert, exportUid);
  }

  BackupStatus withCert(Optional<String> cert) {
    return new BackupStatus(conditions, type, checkpointName, includedVolumes, cert, exportUid);
  }

  BackupStatus withExport(String uid) {
    return new BackupStatus(
        conditions, type, checkpointName, includedVolumes, endpointCert, Optional.of(uid));
  }

  Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    checkpointName.ifPresent(name -> map.put("checkpointName", name));
    if (!conditions.items().isEmpty()) {
      map.put("conditions", conditions.items().stream().map(Condition::toMap).toList());
    }
    endpointCert.ifPresent(cert -> map.put("endpointCert", cert));
    exportUid.ifPresent(uid -> map.put("exportUID", uid));
    if (!includedVolumes.isEmpty()) {
      map.put("includedVolumes", includedVolumes.stream().map(IncludedVolume::toMap).toList());
    }
    type.ifPresent(text -> map.put("type", text));
    return map;
  }
}
