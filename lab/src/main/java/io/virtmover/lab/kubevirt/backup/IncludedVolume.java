// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.api.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A volume of a backup or of a checkpoint.
 *
 * @param diskTarget the guest's device, before HEAD
 * @param type whether all of it or its changes, in model C
 */
record IncludedVolume(
    String name,
    Optional<String> diskTarget,
    Optional<String> dataEndpoint,
    Optional<String> mapEndpoint,
    Optional<String> type) {
  static List<IncludedVolume> of(List<Fields> list) {
    return list.stream()
        .map(
            fields ->
                new IncludedVolume(
                    fields.text("volumeName").orElse(""),
                    fields.text("diskTarget"),
                    fields.text("dataEndpoint"),
                    fields.text("mapEndpoint"),
                    fields.text("type")))
        .toList();
  }

  IncludedVolume withEndpoints(Optional<String> data, Optional<String> map) {
    return new IncludedVolume(name, diskTarget, data, map, type);
  }

  IncludedVolume withoutEndpoints() {
    return withEndpoints(Optional.empty(), Optional.empty());
  }

  /** As a checkpoint lists it. */
  IncludedVolume ofCheckpoint() {
    return new IncludedVolume(
        name, diskTarget, Optional.empty(), Optional.empty(), Optional.empty());
  }

  Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    dataEndpoint.ifPresent(url -> map.put("dataEndpoint", url));
    diskTarget.ifPresent(target -> map.put("diskTarget", target));
    mapEndpoint.ifPresent(url -> map.put("mapEndpoint", url));
    type.ifPresent(text -> map.put("type", text));
    map.put("volumeName", name);
    return map;
  }
}
