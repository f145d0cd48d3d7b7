// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  private FakeApi api;
  private Cleaner cleaner;

  @BeforeEach
  void begin() throws IOException {
    api = new FakeApi();
    cleaner = new Cleaner(api.client(), SomeConfig.with(Map.of()), SomeMoves.of(api.client()));
    api.refuse(
        "DELETE /api/v1/namespaces/velero/secrets/"
            + RestoreObjects.name(SomeDownload.in("Completed")),
        403,
        "Forbidden",
        "not for you");
  }

  @AfterEach
  void end() {
    api.close();
  }

  @Test
  void whenItHasEnded_thenTheRefusalCountsAsLeft() {
    // when
    var left = cleaner.cleanUp(SomeDownload.in("Completed"));

    // then
    assertThat(left.isNothing()).isFalse();
    assertThat(left).hasToString("The API server refuses: not for you");
  }

  @Test
  void whenItIsBeingStopped_thenNothingIsSaidOfItsPods() {
    assertThatThrownBy(() -> cleaner.cleanUp(SomeDownload.in("Canceling")))
        .hasMessageContaining("not for you");
  }
}
