// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.virtmover.lab.kubevirt.golden.Entry.Change;
import io.virtmover.lab.kubevirt.golden.Entry.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The versions of all compared objects, normalised: by object and in one order.
 *
 * @param byObject lines such as {@code MODIFIED {…}} by {@code KIND NAME}
 * @param order lines of the objects whose order among each other is compared
 */
record Life(Map<String, List<String>> byObject, List<String> order) {
  private static final Set<String> COMPARED =
      Set.of("VMB", "VMBT", "VMExport", "VMI", "Service", "Pod", "Secret");

  /** Written by one controller, so that their order is not a matter of chance. */
  private static final Set<String> ORDERED = Set.of("VMB", "VMBT");

  /** These repeat without a change the recordings show. */
  private static final Set<String> COLLAPSED = Set.of("VMExport", "VMI", "Pod", "Service");

  static Life of(List<Version> versions, Normaliser normaliser) {
    var byObject = new TreeMap<String, List<String>>();
    var order = new ArrayList<String>();
    var occupation = new TreeMap<String, String>();
    for (var version : versions) {
      if (!COMPARED.contains(version.kind())) {
        continue;
      }
      var key = version.kind() + " " + normaliser.name(version.name());
      var line = line(version, normaliser);
      var lines = byObject.computeIfAbsent(key, _ -> new ArrayList<>());
      var repeats =
          COLLAPSED.contains(version.kind())
              && !lines.isEmpty()
              && version.change() == Change.MODIFIED
              && (lines.getLast().equals(line) || line.equals("MODIFIED {}"));
      if (repeats) {
        continue;
      }
      lines.add(line);
      if (ORDERED.contains(version.kind())) {
        order.add(key + " " + line);
      } else if (version.kind().equals("VMI") && version.change() == Change.MODIFIED) {
        var occupied = key + " " + occupation(version.document());
        if (!occupied.equals(occupation.put(key, occupied))) {
          order.add(occupied);
        }
      }
    }
    return new Life(byObject, order);
  }

  /** What the backup controller writes into a VMI: whether a volume and a job are there. */
  private static String occupation(Map<String, Object> document) {
    var volume = Projection.at(document, "spec", "utilityVolumes");
    var job = Projection.at(document, "status", "changedBlockTracking", "backupStatus");
    return (volume == null ? "free of volumes" : "has a volume")
        + (job == null ? ", no job" : ", has a job");
  }

  private static String line(Version version, Normaliser normaliser) {
    var content = Projection.of(version.kind(), version.change(), version.document());
    var json = Serialization.asJson(normaliser.value(new LinkedHashMap<>(content)));
    return version.change() + " " + json;
  }

  int count(String key) {
    return byObject.getOrDefault(key, List.of()).size();
  }
}
