// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.virtmover.controller.FakeApi;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoverRefusalsTest {
  private static final Instant MADE = Instant.parse("2026-03-01T02:00:00Z");
  private static final Instant LATER = MADE.plusSeconds(21);
  private static final MoverState WAITS = new MoverState.Waiting(MADE, "");
  private static final String QUOTA =
      "pods \\\"du-1-x\\\" is forbidden: exceeded quota: few, requested: pods=1, used: pods=3, limited: pods=3";

  private static final Pod PENDING =
      new PodBuilder()
          .withNewMetadata()
          .withName("du-1-x")
          .endMetadata()
          .withNewStatus()
          .withPhase("Pending")
          .endStatus()
          .build();

  private FakeApi api;
  private MoverRefusals refusals;

  @BeforeEach
  void begin() throws IOException {
    api = new FakeApi();
    refusals = new MoverRefusals(api.client(), SomeConfig.with(Map.of()));
  }

  @AfterEach
  void end() {
    api.close();
  }

  @Test
  void aJobWhosePodAQuotaRefuses_saysWhichQuota() {
    // given
    event("a", "du-1", "FailedCreate", "Error creating: older", "2026-03-01T02:00:05Z");
    event("b", "du-1", "FailedCreate", "Error creating: " + QUOTA, "2026-03-01T02:00:15Z");
    event("c", "du-1", "SuccessfulCreate", "Created pod", "2026-03-01T02:00:16Z");
    event("d", "du-2", "FailedCreate", "Error creating: another", "2026-03-01T02:00:17Z");

    // when
    var state = refusals.explain(WAITS, "du-1", List.of(), LATER);

    // then
    assertThat(state)
        .isEqualTo(
            new MoverState.Waiting(
                MADE, "Kubernetes makes no pod for it: " + QUOTA.replace("\\", "")));
  }

  @Test
  void whatWasRefusedBefore_isNotToldAgain() {
    // given
    event("a", "du-1", "FailedCreate", "Error creating: x", "2026-03-01T01:59:59Z");

    // then
    assertThat(refusals.explain(WAITS, "du-1", List.of(), LATER)).isEqualTo(WAITS);
  }

  @Test
  void whatNeedsNoExplanation_isNotLookedUp() {
    // given
    event("a", "du-1", "FailedCreate", "Error creating: x", "2026-03-01T02:00:15Z");
    var said = new MoverState.Waiting(MADE, "0/3 nodes are available.");
    var runs = new MoverState.Running(Optional.empty());
    event("b", "du-1-x", "FailedMount", "no such secret", "2026-03-01T02:00:15Z");

    // then
    assertThat(refusals.explain(said, "du-1", List.of(PENDING), LATER)).isEqualTo(said);
    assertThat(refusals.explain(runs, "du-1", List.of(), LATER)).isEqualTo(runs);
    assertThat(refusals.explain(WAITS, "du-1", List.of(), MADE.plusSeconds(20))).isEqualTo(WAITS);
  }

  @Test
  void aPodWhoseVolumesCannotBeMounted_saysWhatFails() {
    // given
    event("a", "du-1", "FailedCreate", "Error creating: x", "2026-03-01T02:00:05Z");
    event("b", "du-1-x", "FailedScheduling", "0/3 nodes", "2026-03-01T02:00:10Z");
    event("c", "du-1-x", "FailedMount", "MountVolume.SetUp failed", "2026-03-01T02:00:15Z");
    event("d", "du-1-x", "FailedScheduling", "stale", "2026-03-01T02:00:16Z");
    event("e", "du-1-x", "Pulling", "Pulling image", "2026-03-01T02:00:17Z");

    // when
    var state = refusals.explain(WAITS, "du-1", List.of(PENDING), LATER);

    // then
    assertThat(state)
        .isEqualTo(
            new MoverState.Waiting(
                MADE, "its node cannot make it ready: MountVolume.SetUp failed"));
  }

  @Test
  void aPodThatDiedAndGetsNoSuccessor_saysWhyItGetsNone() {
    // given
    event("a", "du-1", "FailedCreate", "Error creating: x", "2026-03-01T02:00:15Z");
    var died = new MoverState.Waiting(MADE, "the mover's last pod ended: no space");

    // then
    assertThat(refusals.explain(died, "du-1", List.of(), LATER))
        .isEqualTo(new MoverState.Waiting(MADE, "Kubernetes makes no pod for it: x"));
    assertThat(refusals.explain(died, "du-2", List.of(), LATER)).isEqualTo(died);
  }

  @ParameterizedTest
  @CsvSource({
    "Full. Kubernetes makes no pod for it: pod a1, Full. Kubernetes makes no pod for it: pod b1, true",
    "Full. Kubernetes makes no pod for it: quota 1, Full. Kubernetes makes no pod for it: limit 1, false",
    "Full. its node cannot make it ready: at 1, Full. its node cannot make it ready: at 2, true",
    "Full. its node cannot make it ready: at 1, Full. Kubernetes makes no pod for it: pod b1, false",
    "Full. its node cannot make it ready: at 1, Again. its node cannot make it ready: at 2, false",
    "Full. 0/1 nodes: x, Full. 0/1 nodes: y, false",
    "Full., Full. its node cannot make it ready: at 1, false"
  })
  void whatKubernetesSaysOtherwiseEachTime_staysAsItWasTold(
      String told, String now, boolean stays) {
    // given
    var request = new DataUpload();
    request.setStatus(new TransferStatus(null, told, null, null, null, null, null, null));

    // then
    assertThat(MoverRefusals.steady(request, now)).isEqualTo(stays ? told : now);
  }

  @Test
  void whereEventsMayNotBeRead_nothingIsSaid() {
    // given
    api.refuse("GET /api/v1/namespaces/velero/events", 403, "Forbidden", "events is forbidden");

    // then
    assertThat(refusals.explain(WAITS, "du-1", List.of(), LATER)).isEqualTo(WAITS);
  }

  private void event(String name, String about, String reason, String message, String at) {
    api.put(
        "/api/v1/namespaces/velero/events/" + name,
        """
        {"apiVersion": "v1", "kind": "Event", "metadata": {"name": "%s", "namespace": "velero"},
         "involvedObject": {"kind": "Job", "name": "%s"}, "reason": "%s", "message": "%s",
         "lastTimestamp": "%s"}"""
            .formatted(name, about, reason, message, at));
  }
}
