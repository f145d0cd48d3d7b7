// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.domain.VmRef;
import java.time.Instant;

/** DataUploads as plugins make them and the API server shows them. */
final class SomeUpload {
  static final VmRef VM = new VmRef("orders", "web-7");
  static final Instant ACCEPTED = Instant.parse("2026-03-01T02:00:00Z");

  private static final String UNTOUCHED =
      """
      apiVersion: velero.io/v2alpha1
      kind: DataUpload
      metadata:
        name: du-night-1
        namespace: velero
        uid: 0f2d6c1e
        creationTimestamp: "2026-03-01T01:59:59Z"
        resourceVersion: "1"
        labels:
          velero.io/backup-name: night-1
        annotations:
          virtmover.io/vm-name: web-7
      spec:
        datamover: cnv
        backupStorageLocation: default
        sourceNamespace: orders
        cancel: false
      """;

  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  static {
    YAML.registerKubernetesResource(DataUpload.class);
  }

  private SomeUpload() {}

  static DataUpload untouched() {
    return read(UNTOUCHED);
  }

  /** With our finalizer, and in a phase. */
  static DataUpload in(String phase) {
    return read(
        held() + "status: {phase: %s, acceptedTimestamp: '%s'}\n".formatted(phase, ACCEPTED));
  }

  /** The same where Velero is older than 1.16, whose requests keep no time of acceptance. */
  static DataUpload ofOldVelero(String phase) {
    return read(held() + "status: {phase: %s}\n".formatted(phase));
  }

  /** With our finalizer, and ended. */
  static DataUpload ended(String phase, Instant at) {
    return read(
        held()
            + "status: {phase: %s, acceptedTimestamp: '%s', completionTimestamp: '%s', message: As it was.}\n"
                .formatted(phase, ACCEPTED, at));
  }

  private static String held() {
    return UNTOUCHED.replace("  uid:", "  finalizers: [virtmover.io/cleanup]\n  uid:");
  }

  static DataUpload canceled(DataUpload request) {
    return with(request, "cancel: false", "cancel: true");
  }

  static DataUpload deleted(DataUpload request) {
    return with(
        request, "metadata:\n", "metadata:\n  deletionTimestamp: \"2026-03-01T02:00:01Z\"\n");
  }

  static DataUpload annotated(DataUpload request, String key, String value) {
    request.getMetadata().getAnnotations().put(key, value);
    return request;
  }

  /** With another text in its place. */
  static DataUpload with(DataUpload request, String old, String now) {
    var text = YAML.asYaml(request);
    if (!text.contains(old)) {
      throw new IllegalArgumentException("there is no '%s' in:\n%s".formatted(old, text));
    }
    return read(text.replace(old, now));
  }

  private static DataUpload read(String yaml) {
    return YAML.unmarshal(yaml, DataUpload.class);
  }
}
