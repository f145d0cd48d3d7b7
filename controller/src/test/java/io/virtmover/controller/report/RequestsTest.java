// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequestsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T02:00:00.123456Z");
  private static final String ACCEPTED =
      "{phase: Accepted, message: Waits., acceptedTimestamp: '2026-03-01T01:00:00Z'}";
  private static final String MOVING =
      "{phase: InProgress, message: Full backup., acceptedTimestamp: '2026-03-01T01:00:00Z', startTimestamp: '2026-03-01T01:30:00Z', progress: {totalBytes: 100, bytesDone: 7}}";
  private static final String HELD = "finalizers: [other, virtmover.io/cleanup]";

  static Stream<Arguments> changes() {
    return Stream.of(
        arguments(
            "a new request is taken and held",
            "finalizers: [other]",
            "{}",
            Change.to(TransferPhase.ACCEPTED, ""),
            """
            {"status": {"phase": "Accepted", "acceptedTimestamp": "2026-03-01T02:00:00Z",
              "acceptedByNode": "me"},
             "metadata": {"finalizers": ["other", "virtmover.io/cleanup"]}}
            """),
        arguments(
            "what is so already is not written",
            HELD,
            ACCEPTED,
            Change.to(TransferPhase.ACCEPTED, "Waits."),
            "{}"),
        arguments(
            "nor what Velero before 1.16 does not keep",
            HELD,
            "{phase: Accepted, message: Waits.}",
            Change.to(TransferPhase.ACCEPTED, "Waits."),
            "{}"),
        arguments(
            "a message alone",
            HELD,
            ACCEPTED,
            Change.to(TransferPhase.ACCEPTED, ""),
            "{\"status\": {\"message\": \"\"}}"),
        arguments(
            "the first byte",
            HELD,
            ACCEPTED,
            Change.to(TransferPhase.IN_PROGRESS, "Waits."),
            "{\"status\": {\"phase\": \"InProgress\", \"startTimestamp\": \"2026-03-01T02:00:00Z\"}}"),
        arguments(
            "progress",
            HELD,
            MOVING,
            Change.to(TransferPhase.IN_PROGRESS, "Full backup.")
                .with(new TransferStatus.Progress(100, 8)),
            "{\"status\": {\"progress\": {\"totalBytes\": 100, \"bytesDone\": 8}}}"),
        arguments(
            "the same progress",
            HELD,
            MOVING,
            Change.to(TransferPhase.IN_PROGRESS, "Full backup.")
                .with(new TransferStatus.Progress(100, 7)),
            "{}"),
        arguments(
            "a result",
            HELD,
            MOVING,
            Change.to(TransferPhase.COMPLETED, "Full backup.").withResult("virtmover:1:a/b/c", 5),
            """
            {"status": {"phase": "Completed", "completionTimestamp": "2026-03-01T02:00:00Z",
              "snapshotID": "virtmover:1:a/b/c", "incrementalBytes": 5}}
            """),
        arguments(
            "an annotation",
            HELD,
            ACCEPTED,
            Change.to(TransferPhase.ACCEPTED, "Waits.").annotated("virtmover.io/retries", "1"),
            "{\"metadata\": {\"annotations\": {\"virtmover.io/retries\": \"1\"}}}"),
        arguments(
            "the end of holding leaves others' finalizers",
            HELD,
            "{phase: Failed, message: Why., acceptedTimestamp: '2026-03-01T01:00:00Z', completionTimestamp: '2026-03-01T01:30:00Z'}",
            Change.to(TransferPhase.FAILED, "Why.").released(),
            "{\"metadata\": {\"finalizers\": [\"other\"]}}"),
        arguments(
            "a new request that is being deleted gets no finalizer, which would be refused",
            "finalizers: [other]\n  deletionTimestamp: '2026-03-01T01:59:00Z'",
            ACCEPTED,
            Change.to(TransferPhase.CANCELED, "Waits."),
            "{\"status\": {\"phase\": \"Canceled\", \"completionTimestamp\": \"2026-03-01T02:00:00Z\"}}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void aPatch_isWhatChanges(
      String name, String metadata, String status, Change change, String patch) throws IOException {
    // when
    var made = Requests.patch(request(metadata, status), change, "me", NOW);

    // then
    var json = new ObjectMapper();
    assertThat(json.readTree(made.toString())).as(name).isEqualTo(json.readTree(patch));
  }

  private static DataUpload request(String metadata, String status) {
    var yaml = new KubernetesSerialization();
    yaml.registerKubernetesResource(DataUpload.class);
    return yaml.unmarshal(
        """
        apiVersion: velero.io/v2alpha1
        kind: DataUpload
        metadata:
          name: du
          namespace: velero
          annotations: {}
          %s
        spec: {datamover: cnv}
        status: %s
        """
            .formatted(metadata, status),
        DataUpload.class);
  }
}
