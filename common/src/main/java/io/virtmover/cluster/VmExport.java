// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The VirtualMachineExport of a pull backup ({@code export.kubevirt.io}, {@code v1} or {@code
 * v1beta1}), as a client inside the cluster sees it: the backup's own status may name addresses
 * that do not resolve there, or are cut by an ingress (docs/kubevirt-backup-api.md).
 *
 * @param isReady whether its server answers; a backup's export may be ready too early
 * @param authority PEM certificates of its server's authority; they change with time
 * @param addresses where each volume's {@code map} and {@code data} lie
 */
public record VmExport(
    String name, boolean isReady, Optional<String> authority, Map<VolumeName, URI> addresses) {
  private static final String DATA = "/data";

  public VmExport {
    addresses = Map.copyOf(addresses);
  }

  /**
   * Reads the object.
   *
   * @throws VirtMoverException {@code UNSUPPORTED} when it is none that this release knows
   */
  public static VmExport read(JsonNode object) {
    var fields = new ObjectFields("VirtualMachineExport", object);
    var internal = fields.status().path("links").path("internal");
    return fields.read(
        () ->
            new VmExport(
                fields.name(),
                fields.status().path("phase").asText().equals("Ready"),
                ObjectFields.text(internal, "cert"),
                addresses(internal)));
  }

  private static Map<VolumeName, URI> addresses(JsonNode internal) {
    var addresses = new HashMap<VolumeName, URI>();
    for (var backup : internal.path("backups")) {
      var volume = new VolumeName(backup.path("name").asText());
      addresses.put(volume, address(volume, endpoint(backup, "data"), endpoint(backup, "map")));
    }
    return addresses;
  }

  private static String endpoint(JsonNode backup, String kind) {
    for (var endpoint : backup.path("endpoints")) {
      if (endpoint.path("endpoint").asText().equals(kind)) {
        return endpoint.path("url").asText();
      }
    }
    return "";
  }

  private static URI address(VolumeName volume, String data, String map) {
    if (data.endsWith(DATA)) {
      var address = data.substring(0, data.length() - DATA.length());
      if (map.equals(address + "/map")) {
        try {
          return new URI(address);
        } catch (URISyntaxException e) {
          throw unusable(volume, e.getReason());
        }
      }
    }
    throw unusable(volume, "'%s' and '%s' do not lie beside each other".formatted(data, map));
  }

  private static VirtMoverException unusable(VolumeName volume, String why) {
    return new VirtMoverException(
        FailureKind.UNSUPPORTED, "the addresses of volume %s: %s.".formatted(volume, why));
  }
}
