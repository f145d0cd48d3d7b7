// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import java.time.Instant;
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
    MDC.put("other", "stays");

    // when
    try (var _ = LogContext.of(read(UPLOAD, DataUpload.class), "du-1-0a")) {
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

  @Test
  void shouldSayAtTheEndOfARestoredDiskHowMuchItWasAndHowLongItTook() {
    // given
    var request =
        read(
            """
            apiVersion: velero.io/v2alpha1
            kind: DataDownload
            metadata: {name: dd-1, namespace: velero}
            spec: {datamover: cnv, sourceNamespace: shop, targetVolume: {pvc: data, namespace: copy}}
            status: {phase: InProgress, acceptedTimestamp: '2026-03-01T01:00:00Z'}
            """,
            DataDownload.class);
    var change =
        Change.to(TransferPhase.COMPLETED, "").with(new TransferStatus.Progress(4096, 4096));

    // when
    try (var _ = LogContext.of(request, "dd-1-0a")) {
      LogContext.end(request, change, Instant.parse("2026-03-01T01:00:02.5Z"));

      // then
      assertThat(MDC.getMap())
          .containsEntry("disk", "copy/data")
          .containsEntry("bytes", "4096")
          .containsEntry("durationMs", "2500");
    }
    assertThat(MDC.getMap()).isEmpty();
  }

  private static <R extends TransferObject> R read(String text, Class<R> kind) {
    var yaml = new KubernetesSerialization();
    yaml.registerKubernetesResource(kind);
    return yaml.unmarshal(text, kind);
  }
}
