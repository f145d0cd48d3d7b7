// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.api.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a pull backup can be read: from inside the cluster, and from outside where there is a way
 * in.
 */
record BackupLinks(Links internal, Optional<Links> external) {
  /** Where an export is served; URLs by volume name. */
  record Links(String cert, Map<String, Endpoints> volumes) {
    private static Links of(Fields fields) {
      var volumes = new LinkedHashMap<String, Endpoints>();
      for (var volume : fields.list("volumes")) {
        volumes.put(
            volume.text("volumeName").orElse(""),
            new Endpoints(volume.text("dataEndpoint"), volume.text("mapEndpoint")));
      }
      return new Links(fields.text("cert").orElse(""), volumes);
    }

    private Map<String, Object> toMap() {
      return Map.of("cert", cert, "volumes", list());
    }

    private List<Map<String, Object>> list() {
      return volumes.entrySet().stream()
          .map(volume -> volume.getValue().toMap(volume.getKey()))
          .toList();
    }
  }

  /** The two URLs of a volume. */
  record Endpoints(Optional<String> data, Optional<String> map) {
    private Map<String, Object> toMap(String volume) {
      var fields = new LinkedHashMap<String, Object>();
      fields.put("volumeName", volume);
      data.ifPresent(url -> fields.put("dataEndpoint", url));
      map.ifPresent(url -> fields.put("mapEndpoint", url));
      return fields;
    }
  }

  /**
   * Reads the links of a backup's status as model C has them. The field names inside a set of links
   * are the lab's: what is known of KubeVirt's names none.
   */
  static Optional<BackupLinks> of(Fields status) {
    return status
        .object("links", "internal")
        .map(
            internal ->
                new BackupLinks(
                    Links.of(internal), status.object("links", "external").map(Links::of)));
  }

  Map<String, Object> toMap() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("internal", internal.toMap());
    external.ifPresent(links -> fields.put("external", links.toMap()));
    return fields;
  }
}
