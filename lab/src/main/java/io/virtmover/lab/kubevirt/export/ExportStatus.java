// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.Pod;
import io.virtmover.lab.kubevirt.api.Release;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The status of an export. Pure. Source: kubevirt-backup-api.md §5.3 and the recordings. */
final class ExportStatus {
  /** As with many ingresses, nobody inside the cluster can resolve it. */
  private static final String INGRESS_HOST = "virt-exportproxy-kubevirt.apps.lab.invalid";

  private ExportStatus() {}

  /**
   * The status.
   *
   * @param authority vouches for the exporters
   * @param ingress vouches for the way in from outside, where there is one
   */
  static Map<String, Object> of(
      ExportSpec export,
      ExportSource source,
      Optional<Pod> pod,
      Release release,
      String authority,
      Optional<String> ingress,
      List<Map<String, Object>> oldConditions,
      String now) {
    var ready = pod.filter(ExporterPods::isReady).isPresent();
    var status = new LinkedHashMap<String, Object>();
    status.put("conditions", ExportConditions.of(source, pod, oldConditions, now));
    var links = new LinkedHashMap<String, Object>();
    if (ready) {
      links.put("internal", links(export, source, release, authority));
      ingress.ifPresent(cert -> links.put("external", external(export, source, cert)));
    }
    status.put("links", links);
    status.put("phase", phase(pod, ready));
    status.put("serviceName", export.service());
    status.put("tokenSecretRef", export.tokenSecret());
    status.put("ttlExpirationTime", export.shownExpiry());
    return status;
  }

  private static String phase(Optional<Pod> pod, boolean ready) {
    if (ready) {
      return "Ready";
    }
    return pod.filter(ExporterPods::isOver).isPresent() ? "Terminated" : "Pending";
  }

  private static Map<String, Object> links(
      ExportSpec export, ExportSource source, Release release, String authority) {
    var base = "https://" + export.host();
    var links = new LinkedHashMap<String, Object>();
    switch (source) {
      case ExportSource.Backup backup ->
          links.put(
              "backups", backup.volumes().stream().map(volume -> endpoints(base, volume)).toList());
      case ExportSource.Claim claim -> links.put("volumes", List.of(formats(base, claim.name())));
      case ExportSource.Unknown() -> {}
    }
    links.put("cert", authority);
    var manifests = new ArrayList<Map<String, Object>>();
    if (release == Release.V1_8) {
      manifests.add(Map.of("type", "all", "url", base + "/internal/manifests/all"));
    }
    manifests.add(Map.of("type", "auth-header-secret", "url", base + "/internal/manifests/secret"));
    links.put("manifests", manifests);
    return links;
  }

  private static Map<String, Object> external(ExportSpec export, ExportSource source, String cert) {
    var base =
        "https://%s/api/export.kubevirt.io/v1/namespaces/%s/virtualmachineexports/%s"
            .formatted(INGRESS_HOST, export.namespace(), export.name());
    var links = new LinkedHashMap<String, Object>();
    if (source instanceof ExportSource.Backup backup) {
      links.put(
          "backups", backup.volumes().stream().map(volume -> endpoints(base, volume)).toList());
    }
    links.put("cert", cert);
    return links;
  }

  private static Map<String, Object> endpoints(String base, String volume) {
    var url = base + "/exports/" + volume + "/";
    return Map.of(
        "name",
        volume,
        "endpoints",
        List.of(
            Map.of("endpoint", "data", "url", url + "data"),
            Map.of("endpoint", "map", "url", url + "map")));
  }

  private static Map<String, Object> formats(String base, String claim) {
    var url = base + "/volumes/" + claim + "/disk.img";
    return Map.of(
        "name",
        claim,
        "formats",
        List.of(Map.of("format", "raw", "url", url), Map.of("format", "gzip", "url", url + ".gz")));
  }
}
