// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.virtmover.lab.kubevirt.backup.Observation.ClaimState;
import java.time.Instant;
import java.util.Optional;

/**
 * Observations for tests: a push backup through a tracker with everything in place, and what to
 * change. Objects are written as YAML, the way a reader knows them.
 */
final class Seen {
  static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");

  private String backupMeta = "";
  private String backupSpec = "";
  private String backupStatus = "";
  private String vmiMeta = "";
  private String vmiSpec = "";
  private String vmiStatus = "phase: Running, changedBlockTracking: {state: Enabled}";
  private Optional<String> trackerStatus = Optional.of("");
  private boolean vm = true;
  private boolean vmi = true;
  private ClaimState claim = ClaimState.USABLE;
  private Optional<String> export = Optional.empty();
  private Instant now = CREATED.plusSeconds(10);

  static Seen aBackup() {
    return new Seen();
  }

  Seen deleting() {
    backupMeta += ", deletionTimestamp: '2026-01-02T03:05:00Z'";
    return this;
  }

  Seen withFinalizer() {
    backupMeta += ", finalizers: [backup.kubevirt.io/vmbackup-protection]";
    return this;
  }

  Seen withFault(String fault) {
    backupMeta += ", annotations: {lab.virtmover.io/fault: " + fault + "}";
    return this;
  }

  Seen pulling() {
    backupSpec += ", mode: Pull, tokenSecretRef: t";
    return this;
  }

  Seen forcedFull() {
    backupSpec += ", forceFullBackup: true";
    return this;
  }

  Seen withStatus(String status) {
    backupStatus = status;
    return this;
  }

  Seen started() {
    return withFinalizer()
        .withStatus(
            "type: Full, conditions: [{type: Progressing, status: 'True', reason: Initiated}]");
  }

  Seen withoutTracker() {
    trackerStatus = Optional.empty();
    return this;
  }

  Seen withTracker(String status) {
    trackerStatus = Optional.of(status);
    return this;
  }

  Seen withoutVm() {
    vm = false;
    return this;
  }

  Seen withoutVmi() {
    vmi = false;
    return this;
  }

  Seen withVmi(String status) {
    vmiStatus = status;
    return this;
  }

  Seen withVmiDeleting() {
    vmiMeta += ", deletionTimestamp: '2026-01-02T03:05:00Z'";
    return this;
  }

  Seen withAttachedVolume() {
    vmiSpec += ", utilityVolumes: [{name: b1-backup-target-pvc, claimName: c}]";
    return this;
  }

  Seen withVolume(String phase) {
    vmiStatus += ", volumeStatus: [{name: b1-backup-target-pvc, phase: " + phase + "}]";
    return this;
  }

  /** A job of the VMI; replaces its status. */
  Seen withJob(String job) {
    vmiStatus =
        "phase: Running, changedBlockTracking: {state: Enabled, backupStatus: {" + job + "}}";
    return this;
  }

  Seen withClaim(ClaimState state) {
    claim = state;
    return this;
  }

  Seen withExport(String owner, String status) {
    export =
        Optional.of(
            """
            metadata: {name: b1, uid: e1, ownerReferences: [{uid: %s, controller: true}]}
            status: {%s}
            """
                .formatted(owner, status));
    return this;
  }

  Seen at(Instant time) {
    now = time;
    return this;
  }

  Observation observe() {
    var backup =
        read(
            """
            metadata: {namespace: ns, name: b1, uid: u1, creationTimestamp: '%s'%s}
            spec:
              {pvcName: c, source: {apiGroup: backup.kubevirt.io, kind: VirtualMachineBackupTracker, name: t1}%s}
            status: {%s}
            """
                .formatted(CREATED, backupMeta, backupSpec, backupStatus));
    var tracker =
        trackerStatus.map(
            status ->
                read(
                    """
                    metadata: {namespace: ns, name: t1}
                    spec: {source: {name: vm1}}
                    status: {%s}
                    """
                        .formatted(status)));
    var instance =
        read(
            """
            metadata: {namespace: ns, name: vm1%s}
            spec: {volumes: [{name: root, persistentVolumeClaim: {claimName: r}}]%s}
            status: {%s}
            """
                .formatted(vmiMeta, vmiSpec, vmiStatus));
    return new Observation(
        BackupView.of(backup),
        tracker.map(TrackerView::of),
        tracker.isPresent() ? "vm1" : "",
        vm && tracker.isPresent(),
        vmi && tracker.isPresent() ? Optional.of(VmiView.of(instance)) : Optional.empty(),
        claim,
        export.map(Seen::read).map(ExportView::of),
        now);
  }

  private static GenericKubernetesResource read(String yaml) {
    return Serialization.unmarshal(
        "apiVersion: x/v1\nkind: X\n" + yaml, GenericKubernetesResource.class);
  }
}
