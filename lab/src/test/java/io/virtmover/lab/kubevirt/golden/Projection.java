// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.virtmover.lab.kubevirt.golden.Entry.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What of an object's version is compared: the fields the recordings show, from a recorded document
 * and from a live object alike.
 */
final class Projection {
  private Projection() {}

  static Map<String, Object> of(String kind, Change change, Map<String, Object> object) {
    if (change == Change.DELETED) {
      return Map.of();
    }
    var added = change == Change.ADDED;
    return switch (kind) {
      case "VMB" -> backup(object, added);
      case "VMBT", "VMExport" -> plain(object, added);
      case "VMI" -> instance(object, added);
      case "Service" -> added ? service(object) : Map.of();
      case "Pod" -> added ? pod(object) : Map.of();
      case "Secret" -> added ? secret(object) : Map.of();
      default -> Map.of();
    };
  }

  private static Map<String, Object> backup(Map<String, Object> object, boolean added) {
    var content = plain(object, added);
    put(content, "finalizers", at(object, "metadata", "finalizers"));
    if (at(object, "metadata", "deletionTimestamp") != null) {
      content.put("deleting", true);
    }
    return content;
  }

  private static Map<String, Object> plain(Map<String, Object> object, boolean added) {
    var content = new TreeMap<String, Object>();
    if (added) {
      put(content, "spec", object.get("spec"));
      put(content, "owners", at(object, "metadata", "ownerReferences"));
    }
    put(content, "status", object.get("status"));
    return content;
  }

  private static Map<String, Object> instance(Map<String, Object> object, boolean added) {
    var content = new TreeMap<String, Object>();
    if (added) {
      return content;
    }
    if (at(object, "metadata", "deletionTimestamp") != null) {
      content.put("deleting", true);
    }
    put(content, "utilityVolumes", at(object, "spec", "utilityVolumes"));
    put(content, "phase", at(object, "status", "phase"));
    put(content, "tracking", at(object, "status", "changedBlockTracking"));
    put(content, "volumeStatus", volumeStatus(at(object, "status", "volumeStatus")));
    return content;
  }

  private static Object volumeStatus(Object list) {
    return list instanceof List<?> items
        ? items.stream().map(item -> at(item, "name") + " " + at(item, "phase")).toList()
        : null;
  }

  private static Map<String, Object> service(Map<String, Object> object) {
    var content = new TreeMap<String, Object>();
    put(content, "labels", at(object, "metadata", "labels"));
    put(content, "owners", at(object, "metadata", "ownerReferences"));
    put(content, "ports", at(object, "spec", "ports"));
    put(content, "selector", at(object, "spec", "selector"));
    return content;
  }

  private static Map<String, Object> pod(Map<String, Object> object) {
    var content = new TreeMap<String, Object>();
    put(content, "labels", at(object, "metadata", "labels"));
    put(content, "annotations", at(object, "metadata", "annotations"));
    put(content, "owners", at(object, "metadata", "ownerReferences"));
    put(content, "affinity", at(object, "spec", "affinity"));
    put(content, "restartPolicy", at(object, "spec", "restartPolicy"));
    put(content, "env", environment(inContainer(object, "env")));
    put(content, "readinessProbe", inContainer(object, "readinessProbe"));
    put(content, "volumes", volumes(at(object, "spec", "volumes")));
    return content;
  }

  /** Recordings write the first container's fields as {@code containers[0].NAME}. */
  private static Object inContainer(Map<String, Object> pod, String field) {
    var recorded = at(pod, "spec", "containers[0]." + field);
    return recorded == null && at(pod, "spec", "containers") instanceof List<?> containers
        ? at(containers.getFirst(), field)
        : recorded;
  }

  /** The stand-in's own variable is not one of KubeVirt's. */
  private static Object environment(Object list) {
    return list instanceof List<?> variables
        ? variables.stream()
            .filter(variable -> !"LAB_EXPORT_UPSTREAM".equals(at(variable, "name")))
            .toList()
        : null;
  }

  /** The token volume is added by the API server, not by the controller. */
  private static Object volumes(Object list) {
    return list instanceof List<?> volumes
        ? volumes.stream()
            .filter(volume -> !String.valueOf(at(volume, "name")).startsWith("kube-api-access-"))
            .toList()
        : null;
  }

  private static Map<String, Object> secret(Map<String, Object> object) {
    var content = new TreeMap<String, Object>();
    put(content, "type", object.get("type"));
    put(content, "owners", at(object, "metadata", "ownerReferences"));
    var keys = new ArrayList<String>();
    if (object.get("dataKeys") instanceof List<?> recorded) {
      recorded.forEach(key -> keys.add(String.valueOf(key)));
    } else if (object.get("data") instanceof Map<?, ?> live) {
      live.keySet().forEach(key -> keys.add(String.valueOf(key)));
    }
    content.put("keys", keys.stream().sorted().toList());
    return content;
  }

  static Object at(Object from, String... path) {
    var here = from;
    for (var name : path) {
      here = here instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return here;
  }

  private static void put(Map<String, Object> content, String name, Object value) {
    if (value != null) {
      content.put(name, value);
    }
  }
}
