// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.FakeApi;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.controller.volume.SomeMoves;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A restore whose secret the API server does not let go. */
class CleanerTest {
  private static final String NAME = RestoreObjects.name(SomeDownload.in("Completed"));

  private FakeApi api;
  private Cleaner cleaner;

  @BeforeEach
  void begin() throws IOException {
    api = new FakeApi();
    cleaner = new Cleaner(api.client(), SomeConfig.with(Map.of()), SomeMoves.of(api.client()));
    api.refuse("DELETE /api/v1/namespaces/velero/secrets/" + NAME, 403, "Forbidden", "not for you");
  }

  @AfterEach
  void end() {
    api.close();
  }

  @Test
  void theRefusalIsNamed_andTheRestGoes() {
    // given
    var claim = "/api/v1/namespaces/velero/persistentvolumeclaims/" + NAME;
    api.put(
        claim,
        """
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
         "metadata": {"name": "%s", "namespace": "velero", "resourceVersion": "1",
           "labels": {"virtmover.io/request-uid": "%s"}},
         "spec": {}}
        """
            .formatted(NAME, SomeDownload.in("Completed").getMetadata().getUid()));

    // when
    var _ = cleaner.cleanUp(SomeDownload.in("Completed"));
    var left = cleaner.cleanUp(SomeDownload.in("Completed"));

    // then
    assertThat(api.get(claim)).isEmpty();
    assertThat(left.pods()).isEmpty();
    assertThat(left).hasToString("secret %s (The API server refuses: not for you)".formatted(NAME));
  }

  @Test
  void podsThatNobodyMaySee_mayStillRun() {
    // given
    api.refuse("GET /api/v1/namespaces/velero/pods", 403, "Forbidden", "not for you");

    // when
    var left = cleaner.cleanUp(SomeDownload.in("Canceling"));

    // then
    assertThat(left.pods()).containsExactly("its pods (The API server refuses: not for you)");
  }
}
