// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.FakeApi;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SignpostTest {
  private FakeApi api;
  private Signpost signpost;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    signpost = new Signpost(api.client(), "velero", "virtmover", "virtmover-a");
    put("virtmover-a", "");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void shouldPointNowhereAtFirst() {
    // given
    put("virtmover-b", "");
    put("other-release-b", "other-release");

    // then
    assertThat(signpost.pointsElsewhere()).isFalse();
  }

  @Test
  void shouldNotTakeItsOwnPodForAnother() {
    // given
    signpost.point();

    // then
    assertThat(signpost.pointsElsewhere()).isFalse();
  }

  @Test
  void shouldPointToTheLeaderUntilAnotherOneLeads() {
    // given
    put("virtmover-b", "virtmover");

    // then
    assertThat(signpost.pointsElsewhere()).isTrue();

    // when
    signpost.point();

    // then
    assertThat(signpost.pointsElsewhere()).isFalse();
  }

  private void put(String pod, String leads) {
    api.put(
        "/api/v1/namespaces/velero/pods/" + pod,
        """
        {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "%s", "namespace": "velero",
          "labels": {"virtmover.io/leads": "%s"}}}"""
            .formatted(pod, leads));
  }
}
