// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.lab.kubevirt.Fault;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.Release;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the objects of the played parts into a scenario's namespace. */
final class PlayedObjects {
  private static final DateTimeFormatter IN_NAMES =
      DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss").withZone(ZoneOffset.UTC);
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;
  private final String namespace;
  private final Release release;

  PlayedObjects(KubernetesClient client, String namespace, Release release) {
    this.client = client;
    this.namespace = namespace;
    this.release = release;
  }

  void createBackup(String name, Map<String, Object> document, Optional<Fault> fault) {
    var backup = object(Kinds.BACKUP, name, document.get("spec"));
    fault.ifPresent(
        wanted -> backup.getMetadata().setAnnotations(Map.of(Fault.ANNOTATION, wanted.text())));
    client
        .genericKubernetesResources(Kinds.BACKUP)
        .inNamespace(namespace)
        .resource(backup)
        .create();
  }

  void createTracker(String name, Optional<Fault> fault) {
    var source = Map.of("apiGroup", "kubevirt.io", "kind", "VirtualMachine", "name", "vm1");
    var tracker = object(Kinds.TRACKER, name, Map.of("source", source));
    fault.ifPresent(
        wanted -> tracker.getMetadata().setAnnotations(Map.of(Fault.ANNOTATION, wanted.text())));
    client
        .genericKubernetesResources(Kinds.TRACKER)
        .inNamespace(namespace)
        .resource(tracker)
        .create();
  }

  void create(String kind, String name, Map<String, Object> document) {
    if (kind.equals("PVC")) {
      var mode = Projection.at(document, "spec", "volumeMode");
      createClaim(name, String.valueOf(mode));
      return;
    }
    var spec = new HashMap<String, Object>();
    if (document.get("spec") instanceof Map<?, ?> recorded) {
      recorded.forEach((key, value) -> spec.put(String.valueOf(key), value));
    }
    if (kind.equals("VM")) {
      spec.put("template", Map.of("spec", Map.of("domain", Map.of())));
    }
    if (kind.equals("VMI")) {
      spec.put("domain", Map.of());
    }
    var object = object(context(kind), name, spec);
    if (kind.equals("VMI")) {
      object.getMetadata().setFinalizers(List.of("foregroundDeleteVirtualMachine"));
      object.setAdditionalProperty("status", document.get("status"));
    }
    client
        .genericKubernetesResources(context(kind))
        .inNamespace(namespace)
        .resource(object)
        .create();
  }

  private void createClaim(String name, String mode) {
    client
        .resource(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withVolumeMode(mode)
                .withNewResources()
                .withRequests(Map.of("storage", new Quantity("1Gi")))
                .endResources()
                .endSpec()
                .build())
        .create();
  }

  void createForeignClaim(String name) {
    createClaim(name, "Block");
    bind(name, "Bound");
  }

  private void bind(String name, String phase) {
    client
        .resources(PersistentVolumeClaim.class)
        .inNamespace(namespace)
        .withName(name)
        .subresource("status")
        .patch(MERGE, "{\"status\":{\"phase\":\"" + phase + "\"}}");
  }

  void createToken(String name) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withType("Opaque")
                .withStringData(Map.of("token", "golden"))
                .build())
        .create();
  }

  void updateStatus(String kind, String name, Map<String, Object> document) {
    if (kind.equals("PVC")) {
      bind(name, String.valueOf(Projection.at(document, "status", "phase")));
      return;
    }
    client
        .genericKubernetesResources(context(kind))
        .inNamespace(namespace)
        .withName(name)
        .subresource("status")
        .patch(MERGE, json(Map.of("status", document.get("status"))));
  }

  /** Sets status fields of a VMI; times and checkpoint names are those of this run. */
  void patchInstance(String name, Map<String, Object> status, Normaliser live) {
    client
        .genericKubernetesResources(Kinds.VMI)
        .inNamespace(namespace)
        .withName(name)
        .patch(MERGE, json(Map.of("status", translate(status, live))));
  }

  private static Map<String, Object> translate(Map<String, Object> status, Normaliser live) {
    var result = new HashMap<>(status);
    if (status.get("volumeStatus") instanceof List<?> volumes) {
      result.put("volumeStatus", volumes.stream().map(PlayedObjects::withTarget).toList());
    }
    if (Projection.at(status, "changedBlockTracking", "backupStatus")
        instanceof Map<?, ?> recorded) {
      var job = new HashMap<String, Object>();
      recorded.forEach((key, value) -> job.put(String.valueOf(key), value));
      var created = live.created().get(String.valueOf(job.get("backupName")));
      job.put("startTimestamp", created.toString());
      job.computeIfPresent(
          "checkpointName", (_, _) -> job.get("backupName") + "-" + IN_NAMES.format(created));
      job.computeIfPresent(
          "endTimestamp", (_, _) -> Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
      var tracking = new HashMap<String, Object>();
      tracking.put("backupStatus", job);
      if (Projection.at(status, "changedBlockTracking", "state") instanceof String state) {
        tracking.put("state", state);
      }
      result.put("changedBlockTracking", tracking);
    }
    return result;
  }

  /** The definition asks for a target, which the recordings leave out. */
  private static Map<String, Object> withTarget(Object volume) {
    return Map.of(
        "name",
        Projection.at(volume, "name"),
        "phase",
        Projection.at(volume, "phase"),
        "target",
        "");
  }

  void patchPod(String name, String phase, String ready) {
    client
        .pods()
        .inNamespace(namespace)
        .withName(name)
        .subresource("status")
        .patch(
            MERGE,
            """
            {"status":{"phase":"%s","conditions":[{"type":"Ready","status":"%s"}]}}"""
                .formatted(phase, ready));
  }

  void markTracker(String name) {
    client
        .genericKubernetesResources(Kinds.TRACKER)
        .inNamespace(namespace)
        .withName(name)
        .subresource("status")
        .patch(MERGE, "{\"status\":{\"checkpointRedefinitionRequired\":true}}");
  }

  void touchBackup(String name) {
    client
        .genericKubernetesResources(Kinds.BACKUP)
        .inNamespace(namespace)
        .withName(name)
        .patch(MERGE, "{\"metadata\":{\"annotations\":{\"touched\":\"" + Instant.now() + "\"}}}");
  }

  void removeFinalizers(String instance) {
    client
        .genericKubernetesResources(Kinds.VMI)
        .inNamespace(namespace)
        .withName(instance)
        .patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
  }

  void delete(String kind, String name) {
    client.genericKubernetesResources(context(kind)).inNamespace(namespace).withName(name).delete();
  }

  private GenericKubernetesResource object(
      ResourceDefinitionContext context, String name, Object spec) {
    var object = new GenericKubernetesResource();
    object.setApiVersion(context.getGroup() + "/" + context.getVersion());
    object.setKind(context.getKind());
    object.setMetadata(new ObjectMeta());
    object.getMetadata().setNamespace(namespace);
    object.getMetadata().setName(name);
    object.setAdditionalProperty("spec", spec);
    return object;
  }

  private ResourceDefinitionContext context(String kind) {
    return switch (kind) {
      case "VM" -> Kinds.VM;
      case "VMI" -> Kinds.VMI;
      case "VMB" -> Kinds.BACKUP;
      case "VMBT" -> Kinds.TRACKER;
      case "VMExport" -> Kinds.export(release);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private String json(Object value) {
    return client.getKubernetesSerialization().asJson(value);
  }
}
