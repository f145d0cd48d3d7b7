// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.controller.FakeApi;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExportTokensTest {
  private static final String NAME = SomeBackup.NAME;
  private static final String OURS = "/api/v1/namespaces/velero/secrets/" + NAME;
  private static final String OF_VM = "/api/v1/namespaces/orders/secrets/" + NAME;

  private FakeApi api;
  private ExportTokens tokens;

  @BeforeEach
  void begin() throws IOException {
    api = new FakeApi();
    tokens = new ExportTokens(api.client(), SomeConfig.with(Map.of()));
  }

  @AfterEach
  void end() {
    api.close();
  }

  @Test
  void aTokenThatIsThere_isTheOneThatKubeVirtGets() {
    // given
    var encoded = Base64.getEncoder().encodeToString("0a1b".getBytes(StandardCharsets.US_ASCII));
    api.put(
        OURS,
        """
        {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "%s", "namespace": "velero"},
         "data": {"export-token": "%s"}}"""
            .formatted(NAME, encoded));

    // when
    tokens.make(SomeUpload.in("Accepted"), SomeUpload.VM, NAME);

    // then
    assertThat(tokens.find(NAME)).contains("0a1b");
    assertThat(api.get(OF_VM).orElseThrow().at("/stringData/token").asText()).isEqualTo("0a1b");
  }

  @Test
  void aTokenThatWasDeleted_isNotThere() {
    assertThat(tokens.find(NAME)).isEmpty();
    assertThatThrownBy(() -> tokens.get(NAME))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("is gone from velero");
  }
}
