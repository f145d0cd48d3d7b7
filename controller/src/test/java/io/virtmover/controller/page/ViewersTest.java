// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.controller.HandClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewersTest {
  private final HandClock clock = new HandClock(Instant.parse("2026-03-01T02:00:00Z"));
  private SomeApi api;
  private Viewers viewers;

  @BeforeEach
  void start() throws IOException {
    api = new SomeApi();
    viewers = new Viewers(api.client(), "velero", clock);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void shouldGrantAccessToOneWhoMayListBothKinds() {
    // given
    api.allow("datauploads", "datadownloads");

    // when
    var access = viewers.access("Bearer good");

    // then
    assertThat(access).isEqualTo(new Access.Granted());
  }

  @Test
  void shouldAskTheApiServerAboutTheUserAsItKnowsHim() {
    // given
    api.allow("datauploads", "datadownloads");

    // when
    viewers.access("Bearer good");

    // then
    assertThat(api.asked())
        .extracting(JsonNode::toString)
        .containsExactly(
            "{\"token\":\"good\"}", question("datauploads"), question("datadownloads"));
  }

  private static String question(String resource) {
    return ("{\"extra\":{\"example.com/scope\":[\"all\"]},\"groups\":[\"backup-team\",\"system:authenticated\"],"
            + "\"resourceAttributes\":{\"group\":\"velero.io\",\"namespace\":\"velero\",\"resource\":\"%s\",\"verb\":\"list\"},"
            + "\"uid\":\"7\",\"user\":\"ann\"}")
        .formatted(resource);
  }

  @Test
  void shouldForbidItToOneWhoMayListOneKindOnly() {
    // given
    api.allow("datauploads");

    // when
    var access = viewers.access("Bearer good");

    // then
    assertThat(access)
        .isEqualTo(
            new Access.Forbidden("ann may not list datadownloads.velero.io in namespace velero."));
  }

  @Test
  void shouldNotKnowTheSenderOfAWrongToken() {
    // given
    api.allow("datauploads", "datadownloads");

    // when
    var access = viewers.access("Bearer wrong");

    // then
    assertThat(access).isInstanceOf(Access.Unknown.class);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "Basic good", "Bearer "})
  void shouldNotAskTheApiServerWithoutAToken(String header) {
    // when
    var access = viewers.access(header);

    // then
    assertThat(access).isInstanceOf(Access.Unknown.class);
    assertThat(api.asked()).isEmpty();
  }

  @Test
  void shouldRememberAnAnswerForHalfAMinute() {
    // given
    api.allow("datauploads", "datadownloads");
    viewers.access("Bearer good");

    // when
    clock.pass(Duration.ofSeconds(29));
    var access = viewers.access("Bearer good");

    // then
    assertThat(access).isEqualTo(new Access.Granted());
    assertThat(api.asked()).hasSize(3);
  }

  @Test
  void shouldAskAgainAfterwards() {
    // given
    viewers.access("Bearer good");
    api.allow("datauploads", "datadownloads");

    // when
    clock.pass(Duration.ofSeconds(30));
    var access = viewers.access("Bearer good");

    // then
    assertThat(access).isEqualTo(new Access.Granted());
  }

  @Test
  void shouldNotTakeATroubleOfTheApiServerForAnAnswer() {
    // given
    api.refuse(403);

    // then
    assertThatThrownBy(() -> viewers.access("Bearer good"))
        .isInstanceOf(KubernetesClientException.class);
  }
}
