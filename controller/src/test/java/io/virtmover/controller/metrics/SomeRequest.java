// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferObject;

/** Requests as the API server shows them. */
final class SomeRequest {
  private static final String OBJECT =
      """
      apiVersion: velero.io/v2alpha1
      kind: %s
      metadata:
        name: one
        namespace: velero
        uid: 0f2d6c1e
        creationTimestamp: "2026-03-01T01:59:59Z"
      spec: {datamover: cnv}
      status: %s
      """;

  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  static {
    YAML.registerKubernetesResource(DataUpload.class);
    YAML.registerKubernetesResource(DataDownload.class);
  }

  private SomeRequest() {}

  static TransferObject upload(String status) {
    return YAML.unmarshal(OBJECT.formatted("DataUpload", status), DataUpload.class);
  }

  static TransferObject download(String status) {
    return YAML.unmarshal(OBJECT.formatted("DataDownload", status), DataDownload.class);
  }
}
