// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.velero.DataDownload;

/** DataDownloads as plugins make them and the API server shows them. */
final class SomeDownload {
  static final String ACCEPTED = "2026-03-01T02:00:00Z";

  /** As the Go project's plugin makes it, and nobody has touched it. */
  private static final String PEERS =
      """
      apiVersion: velero.io/v2alpha1
      kind: DataDownload
      metadata:
        name: dd-restore-7-shop-db-root-1f2e3d4c
        namespace: velero
        uid: 0f2d6c1e
        creationTimestamp: "2026-03-01T01:59:59Z"
        resourceVersion: "1"
        labels:
          velero.io/backup-name: night-1
          velero.io/restore-name: restore-7
        annotations:
          kubevirt-datamover.io/vm-name: web-7
          kubevirt-datamover.io/vm-namespace: orders
      spec:
        datamover: kubevirt
        backupStorageLocation: default
        sourceNamespace: orders
        snapshotID: placeholder-not-used
        operationTimeout: 4h
        targetVolume: {pvc: web-7-rootdisk, namespace: shop, pv: ""}
      """;

  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  static {
    YAML.registerKubernetesResource(DataDownload.class);
  }

  private SomeDownload() {}

  static DataDownload untouched() {
    return read(PEERS);
  }

  /** With our finalizer, and in a phase. */
  static DataDownload in(String phase) {
    return read(
        PEERS.replace("  uid:", "  finalizers: [virtmover.io/cleanup]\n  uid:")
            + "status: {phase: %s, acceptedTimestamp: '%s'}\n".formatted(phase, ACCEPTED));
  }

  /** With our finalizer, and ended. */
  static DataDownload ended(String phase, String at) {
    return read(
        PEERS.replace("  uid:", "  finalizers: [virtmover.io/cleanup]\n  uid:")
            + "status: {phase: %s, acceptedTimestamp: '%s', completionTimestamp: '%s', message: As it was.}\n"
                .formatted(phase, ACCEPTED, at));
  }

  /** With another text in its place. */
  static DataDownload with(DataDownload request, String old, String now) {
    var text = YAML.asYaml(request);
    if (!text.contains(old)) {
      throw new IllegalArgumentException("there is no '%s' in:\n%s".formatted(old, text));
    }
    return read(text.replace(old, now));
  }

  static DataDownload canceled(DataDownload request) {
    return with(request, "cancel: false", "cancel: true");
  }

  static DataDownload deleted(DataDownload request) {
    return with(
        request, "metadata:\n", "metadata:\n  deletionTimestamp: \"2026-03-01T02:00:01Z\"\n");
  }

  static DataDownload read(String yaml) {
    return YAML.unmarshal(yaml, DataDownload.class);
  }
}
