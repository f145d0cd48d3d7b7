// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.lab.kubevirt.Fault;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.kubevirt.golden.Entry.Told;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A namespace with a VM, a tracker, a target and a token, for one story about a fault. */
final class FaultStage {
  private static final Duration WITHIN = Duration.ofSeconds(20);

  /** How a backup ended: {@code TYPE/REASON} and the sentence. */
  record Over(String verdict, String message) {}

  private final KubeObjects objects;
  private final PlayedObjects played;
  private final String namespace;
  private final PlayedVm vm;
  private final Fence fence;
  private final KubernetesClient client;

  FaultStage(KubernetesClient client, String namespace, PlayedVm vm) {
    this.client = client;
    this.objects = new KubeObjects(client);
    this.played = new PlayedObjects(client, namespace, Release.HEAD);
    this.namespace = namespace;
    this.vm = vm;
    this.fence = new Fence(client, namespace);
  }

  PlayedVm vm() {
    return vm;
  }

  void prepare(Optional<Fault> onTracker) {
    played.create("PVC", "backup-target", Map.of("spec", Map.of("volumeMode", "Filesystem")));
    played.createToken("backup-token");
    played.create("VM", "vm1", Map.of());
    played.create(
        "VMI",
        "vm1",
        Map.of(
            "spec",
            Map.of(
                "volumes",
                List.of(
                    Map.of(
                        "name",
                        "rootdisk",
                        "persistentVolumeClaim",
                        Map.of("claimName", "vm1-root")))),
            "status",
            Map.of("phase", "Running", "changedBlockTracking", Map.of("state", "Enabled"))));
    played.createTracker("tracker1", onTracker);
  }

  void push(String name, Optional<Fault> fault) {
    played.createBackup(name, Map.of("spec", spec()), fault);
  }

  void pull(String name, Optional<Fault> fault) {
    var spec = spec();
    spec.put("mode", "Pull");
    spec.put("tokenSecretRef", "backup-token");
    played.createBackup(name, Map.of("spec", spec), fault);
  }

  private static Map<String, Object> spec() {
    var spec = new HashMap<String, Object>();
    spec.put("pvcName", "backup-target");
    spec.put(
        "source",
        Map.of(
            "apiGroup", "backup.kubevirt.io",
            "kind", "VirtualMachineBackupTracker",
            "name", "tracker1"));
    return spec;
  }

  void deleteBackup(String name) {
    played.delete("VMB", name);
  }

  void settle() {
    fence.pass();
  }

  List<Fields> conditions(String backup) {
    return status(backup).map(status -> status.list("conditions")).orElse(List.of());
  }

  String quiesced(String backup) {
    return conditions(backup).stream()
        .filter(condition -> condition.text("type").orElse("").equals("Quiesced"))
        .flatMap(condition -> condition.text("status").stream())
        .findFirst()
        .orElse("");
  }

  Over waitForVerdict(String backup) {
    Waiting.until(
        WITHIN,
        () -> verdict(backup).isPresent(),
        () -> backup + " does not end: " + conditions(backup) + " after " + vm);
    return verdict(backup).orElseThrow();
  }

  private Optional<Over> verdict(String backup) {
    return conditions(backup).stream()
        .filter(
            condition -> List.of("Complete", "Failed").contains(condition.text("type").orElse("")))
        .map(
            condition ->
                new Over(
                    condition.text("type").orElse("") + "/" + condition.text("reason").orElse(""),
                    condition.text("message").orElse("")))
        .findFirst();
  }

  void waitForReason(String backup, String reason) {
    Waiting.until(
        WITHIN,
        () ->
            conditions(backup).stream()
                .anyMatch(condition -> condition.text("reason").orElse("").equals(reason)),
        () -> reason + " does not come: " + conditions(backup));
  }

  Told waitForEvent(String reason) {
    Waiting.until(WITHIN, () -> event(reason).isPresent(), () -> "no event " + reason);
    return event(reason).orElseThrow();
  }

  private Optional<Told> event(String reason) {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> event.getReason().equals(reason))
        .map(
            event ->
                new Told(
                    event.getInvolvedObject().getKind(),
                    event.getInvolvedObject().getName(),
                    event.getType(),
                    event.getReason(),
                    event.getMessage()))
        .findFirst();
  }

  void waitForAttachedVolume() {
    Waiting.until(
        WITHIN,
        () -> !vmi().list("status", "volumeStatus").isEmpty(),
        () -> "the volume is not attached");
  }

  /** The VMI carries neither a volume nor a job of a backup any more. */
  void waitForIdleVmi() {
    Waiting.until(
        WITHIN,
        () ->
            vmi().list("spec", "utilityVolumes").isEmpty()
                && !vmi().has("status", "changedBlockTracking", "backupStatus"),
        () -> "the VMI is not idle: " + vmi());
  }

  void waitForGone(String backup) {
    Waiting.until(WITHIN, () -> object(backup).isEmpty(), () -> backup + " is still there");
  }

  void waitForSecondExport(String backup) {
    Waiting.until(
        WITHIN,
        () ->
            exportUid(backup).isPresent()
                && vm.exports() == 2
                && exportUid(backup).equals(statusExportUid(backup)),
        () -> "no second export");
  }

  Optional<String> checkpoint() {
    return objects
        .find(Kinds.TRACKER, new ObjectKey(namespace, "tracker1"))
        .flatMap(tracker -> Fields.of(tracker).text("status", "latestCheckpoint", "name"));
  }

  Optional<String> exportUid(String backup) {
    return objects
        .find(Kinds.export(Release.HEAD), new ObjectKey(namespace, backup))
        .map(export -> export.getMetadata().getUid());
  }

  Optional<String> statusExportUid(String backup) {
    return status(backup).flatMap(status -> status.text("exportUID"));
  }

  private Optional<Fields> status(String backup) {
    return object(backup).flatMap(object -> Fields.of(object).object("status"));
  }

  private Optional<GenericKubernetesResource> object(String backup) {
    return objects.find(Kinds.BACKUP, new ObjectKey(namespace, backup));
  }

  private Fields vmi() {
    return Fields.of(objects.find(Kinds.VMI, new ObjectKey(namespace, "vm1")).orElseThrow());
  }
}
