// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.virtmover.controller.FakeApi;
import io.virtmover.controller.Naming;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferObject;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What ends up where on a real cluster is {@link ClaimMovesIT}'s. */
class ClaimMovesTest {
  private static final String UID = "0f2d6c1e";
  private static final String FIRST = Naming.object("du-night-1", UID, 0);
  private static final String SECOND = Naming.object("du-night-1", UID, 1);

  private final TransferObject request = new DataUpload();
  private FakeApi api;
  private ClaimMoves moves;

  @BeforeEach
  void begin() throws IOException {
    request.setMetadata(
        new ObjectMetaBuilder()
            .withName("du-night-1")
            .withNamespace("velero")
            .withUid(UID)
            .build());
    api = new FakeApi();
    moves = new ClaimMoves(api.client());
  }

  @AfterEach
  void end() {
    api.close();
  }

  @Test
  void aMove_hasBegunWhenItsVolumeIsMarked() {
    // given
    var unmarked = hasBegun(FIRST);

    // when
    volume("orders", FIRST);

    // then
    assertThat(unmarked).isFalse();
    assertThat(hasBegun(FIRST)).isTrue();
    assertThat(hasBegun(SECOND)).isFalse();
  }

  @Test
  void aMoveThatIsOver_hasBegunToo() {
    // given
    volume("velero", FIRST);

    // then
    assertThat(hasBegun(FIRST)).isTrue();
  }

  @Test
  void aClaimOfSomebodyElse_isLeftAloneWhateverItsLabelSays() {
    // given
    claim("orders", "precious");
    claim("orders", FIRST);

    // when
    var left = moves.abandon(request);

    // then
    assertThat(left).containsExactly("claim orders/" + FIRST);
    assertThat(api.changes())
        .containsExactly("DELETE /api/v1/namespaces/orders/persistentvolumeclaims/" + FIRST);
    assertThat(moves.abandon(request)).isEmpty();
  }

  @Test
  void aMoveThatTheApiServerRefuses_waitsAndSaysWhy() {
    // given
    api.refuse(
        "GET /api/v1/namespaces/velero/persistentvolumeclaims/" + FIRST,
        403,
        "Forbidden",
        "not for you");

    // then
    assertThat(
            moves.advance(request, new ClaimRef("velero", FIRST), new ClaimRef("orders", "data")))
        .isEqualTo(new MoveState.Waiting("The API server refuses: not for you"));
  }

  private void claim(String namespace, String name) {
    api.put(
        "/api/v1/namespaces/%s/persistentvolumeclaims/%s".formatted(namespace, name),
        """
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
         "metadata": {"name": "%s", "namespace": "%s", "resourceVersion": "1",
           "labels": {"virtmover.io/request-uid": "%s"}},
         "spec": {}}"""
            .formatted(name, namespace, UID));
  }

  private boolean hasBegun(String name) {
    return moves.hasBegun(request, new ClaimRef("orders", name), new ClaimRef("velero", name));
  }

  private void volume(String namespace, String claim) {
    api.put(
        "/api/v1/persistentvolumes/pv-1",
        """
        {"apiVersion": "v1", "kind": "PersistentVolume",
         "metadata": {"name": "pv-1", "labels": {"virtmover.io/request-uid": "%s"}},
         "spec": {"claimRef": {"namespace": "%s", "name": "%s", "uid": "1"}}}"""
            .formatted(UID, namespace, claim));
  }
}
