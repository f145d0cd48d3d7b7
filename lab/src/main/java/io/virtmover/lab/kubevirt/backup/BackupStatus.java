// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.api.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The status of a VirtualMachineBackup. Source: kubevirt-backup-api.md §2.3 and §13.
 *
 * @param links instead of addresses in the volumes and of {@code endpointCert}, in model C
 * @param started when the Start command was accepted, in model C
 */
record BackupStatus(
    Conditions conditions,
    Optional<String> type,
    Optional<String> checkpointName,
    List<IncludedVolume> includedVolumes,
    Optional<String> endpointCert,
    Optional<String> exportUid,
    Optional<BackupLinks> links,
    Optional<String> started) {
  static final BackupStatus EMPTY =
      new BackupStatus(
          new Conditions(List.of()),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  static BackupStatus of(Fields status) {
    return new BackupStatus(
        new Conditions(status.list("conditions").stream().map(Condition::of).toList()),
        status.text("type"),
        status.text("checkpointName"),
        IncludedVolume.of(status.list("includedVolumes")),
        status.text("endpointCert"),
        status.text("exportUID"),
        BackupLinks.of(status),
        status.text("startTimestamp"));
  }

  /** Whether the Start command was accepted once. */
  boolean isStarted() {
    return type.isPresent();
  }

  /** Whether it says where it can be read. */
  boolean isExported() {
    return endpointCert.isPresent() || links.isPresent();
  }

  BackupStatus with(Conditions next) {
    return new BackupStatus(
        next, type, checkpointName, includedVolumes, endpointCert, exportUid, links, started);
  }

  BackupStatus withType(String next) {
    return new BackupStatus(
        conditions,
        Optional.of(next),
        checkpointName,
        includedVolumes,
        endpointCert,
        exportUid,
        links,
        started);
  }

  BackupStatus withCheckpoint(Optional<String> name) {
    return new BackupStatus(
        conditions, type, name, includedVolumes, endpointCert, exportUid, links, started);
  }

  BackupStatus withVolumes(List<IncludedVolume> volumes) {
    return new BackupStatus(
        conditions, type, checkpointName, volumes, endpointCert, exportUid, links, started);
  }

  BackupStatus withCert(Optional<String> cert) {
    return new BackupStatus(
        conditions, type, checkpointName, includedVolumes, cert, exportUid, links, started);
  }

  BackupStatus withExport(String uid) {
    return new BackupStatus(
        conditions,
        type,
        checkpointName,
        includedVolumes,
        endpointCert,
        Optional.of(uid),
        links,
        started);
  }

  BackupStatus withLinks(Optional<BackupLinks> next) {
    return new BackupStatus(
        conditions, type, checkpointName, includedVolumes, endpointCert, exportUid, next, started);
  }

  BackupStatus startedAt(String time) {
    return new BackupStatus(
        conditions,
        type,
        checkpointName,
        includedVolumes,
        endpointCert,
        exportUid,
        links,
        Optional.of(time));
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
    links.ifPresent(both -> map.put("links", both.toMap()));
    started.ifPresent(time -> map.put("startTimestamp", time));
    type.ifPresent(text -> map.put("type", text));
    return map;
  }
}
