// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.kubevirt.api.Release;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a release's definitions have differently from those of HEAD. */
final class CrdChanges {
  private static final String DISK_TARGET = "diskTarget";
  private static final String[] JOB_VOLUMES = {
    "changedBlockTracking", "properties", "backupStatus", "properties", "volumes"
  };

  private CrdChanges() {}

  static GenericKubernetesResource apply(GenericKubernetesResource crd, Release release) {
    switch (crd.getMetadata().getName()) {
      case "virtualmachineexports.export.kubevirt.io" -> changeExport(crd, release);
      case "virtualmachinebackups.backup.kubevirt.io" -> changeBackup(crd, release);
      case "virtualmachinebackuptrackers.backup.kubevirt.io" ->
          addDiskTarget(crd, release, "latestCheckpoint", "properties", "volumes");
      case "virtualmachineinstances.kubevirt.io" -> changeInstance(crd, release);
      default -> {}
    }
    return crd;
  }

  /** 1.8 serves VirtualMachineExport as v1beta1 only. */
  private static void changeExport(GenericKubernetesResource crd, Release release) {
    if (release == Release.V1_8) {
      var old =
          versions(crd).stream()
              .filter(v -> "v1beta1".equals(v.get("name")))
              .findFirst()
              .orElseThrow();
      old.put("storage", true);
      map(crd.getAdditionalProperties(), "spec").put("versions", List.of(old));
    }
  }

  private static void changeBackup(GenericKubernetesResource crd, Release release) {
    addDiskTarget(crd, release, "includedVolumes");
    if (release == Release.NEXT) {
      for (var version : versions(crd)) {
        changeToNext(status(version));
      }
    }
    if (release == Release.V1_8) {
      for (var version : versions(crd)) {
        var status = status(version);
        status.remove("exportUID");
        status.put("conditions", oldConditions());
      }
    }
  }

  /** Source: kubevirt-backup-api.md §13; the names inside a set of links are the lab's own. */
  private static void changeToNext(Map<String, Object> status) {
    status.remove("endpointCert");
    status.put("startTimestamp", time());
    var volume = map(status, "includedVolumes", "items", "properties");
    volume.keySet().removeAll(List.of("dataEndpoint", "mapEndpoint"));
    volume.put("type", text());
    var links = object(Map.of("internal", links(), "external", links()));
    status.put("links", links);
  }

  private static Map<String, Object> links() {
    var volume =
        object(Map.of("volumeName", text(), "dataEndpoint", text(), "mapEndpoint", text()));
    var volumes = new HashMap<String, Object>(Map.of("type", "array", "items", volume));
    return object(Map.of("cert", text(), "volumes", volumes));
  }

  private static Map<String, Object> object(Map<String, Object> properties) {
    return new HashMap<>(Map.of("type", "object", "properties", properties));
  }

  /** What virt-handler tells of a job's volumes. */
  private static void changeInstance(GenericKubernetesResource crd, Release release) {
    addDiskTarget(crd, release, JOB_VOLUMES);
    if (release.hasTypePerVolume()) {
      for (var version : versions(crd)) {
        map(map(status(version), JOB_VOLUMES), "items", "properties").put("type", text());
      }
    }
  }

  private static List<Map<String, Object>> versions(GenericKubernetesResource crd) {
    return maps(crd.getAdditionalProperties(), "spec", "versions");
  }

  private static Map<String, Object> status(Map<String, Object> version) {
    return map(version, "schema", "openAPIV3Schema", "properties", "status", "properties");
  }

  /**
   * @param list where the status has its volumes
   */
  private static void addDiskTarget(
      GenericKubernetesResource crd, Release release, String... list) {
    if (release.hasDiskTarget()) {
      for (var version : versions(crd)) {
        addDiskTargetTo(map(status(version), list));
      }
    }
  }

  private static void addDiskTargetTo(Map<String, Object> list) {
    var item = map(list, "items");
    map(item, "properties").put(DISK_TARGET, text());
    item.put("required", new ArrayList<>(List.of(DISK_TARGET, "volumeName")));
  }

  /** The condition type of 1.8: a list without keys; only type and status are required. */
  private static Map<String, Object> oldConditions() {
    var properties = new LinkedHashMap<String, Object>();
    properties.put("lastProbeTime", time());
    properties.put("lastTransitionTime", time());
    properties.put("message", text());
    properties.put("reason", text());
    properties.put("status", text());
    properties.put("type", text());
    var item = new LinkedHashMap<String, Object>();
    item.put("type", "object");
    item.put("required", List.of("status", "type"));
    item.put("properties", properties);
    var list = new LinkedHashMap<String, Object>();
    list.put("type", "array");
    list.put("x-kubernetes-list-type", "atomic");
    list.put("items", item);
    return list;
  }

  private static Map<String, Object> text() {
    return new HashMap<>(Map.of("type", "string"));
  }

  private static Map<String, Object> time() {
    return new HashMap<>(Map.of("type", "string", "format", "date-time", "nullable", true));
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys
  private static Map<String, Object> map(Map<String, Object> from, String... path) {
    var here = from;
    for (var name : path) {
      if (!(here.get(name) instanceof Map<?, ?> next)) {
        throw new IllegalStateException("no object " + name + " in the definition");
      }
      here = (Map<String, Object>) next;
    }
    return here;
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys
  private static List<Map<String, Object>> maps(
      Map<String, Object> from, String parent, String name) {
    if (!(map(from, parent).get(name) instanceof List<?> list)) {
      throw new IllegalStateException("no list " + name + " in the definition");
    }
    return (List<Map<String, Object>>) list;
  }
}
