// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.velero.DataUpload;
import java.util.Map;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.Test;

class LogContextTest {
  private static final String UPLOAD =
      """
      apiVersion: velero.io/v2alpha1
      kind: DataUpload
      metadata:
        name: du-1
        namespace: velero
        annotations: {kubevirt-datamover.io/vm-name: db-01}
      spec: {datamover: cnv, sourceNamespace: shop}
      status: {phase: Accepted}
      """;

  @Test
  void shouldSayWhichRequestItIsAboutUntilItIsClosed() {
    // given
    var yaml = new KubernetesSerialization();
    yaml.registerKubernetesResource(DataUpload.class);
    MDC.put("other", "stays");

    // when
    try (var _ = LogContext.of(yaml.unmarshal(UPLOAD, DataUpload.class), "du-1-0a")) {
      LogContext.put(LogContext.PHASE, "Completed");

      // then
      assertThat(MDC.getMap())
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "kind", "DataUpload",
                  "name", "du-1",
                  "namespace", "velero",
                  "vm", "shop/db-01",
                  "phase", "Completed",
                  "attempt", "du-1-0a",
                  "other", "stays"));
    }
    assertThat(MDC.getMap()).containsOnlyKeys("other");
    MDC.remove("other");
  }
}
