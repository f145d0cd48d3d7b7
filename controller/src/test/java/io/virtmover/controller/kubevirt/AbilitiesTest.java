// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AbilitiesTest {
  private static final String BACKUPS = "\"IncrementalBackup\", \"UtilityVolumes\"";

  @ParameterizedTest
  @CsvSource({
    "v1.8.4, false",
    "v1.9.0, true",
    "v1.9.0-rc.2, true",
    "1.10.1, true",
    "v2.0.0, true",
    "v1, false",
    "devel, false",
    "'', false"
  })
  void anExport_isThereFromTheVersionThatAlwaysHasIt(String version, boolean canExport)
      throws IOException {
    assertThat(Abilities.of(kubeVirt(BACKUPS, version), true)).isEqualTo(new Abilities(canExport));
  }

  @Test
  void anExport_isThereBeforeByItsGate() throws IOException {
    assertThat(Abilities.of(kubeVirt(BACKUPS + ", \"VMExport\"", "v1.8.0"), true))
        .isEqualTo(new Abilities(true));
  }

  @Test
  void anExportThatIsNotServed_isNotThere() throws IOException {
    assertThat(Abilities.of(kubeVirt(BACKUPS + ", \"VMExport\"", "v1.9.0"), false))
        .isEqualTo(new Abilities(false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"IncrementalBackup", "UtilityVolumes"})
  void aGateThatIsOff_isNamed(String off) {
    assertThatThrownBy(
            () ->
                Abilities.of(
                    kubeVirt(BACKUPS.replace("\"%s\"".formatted(off), "\"Other\""), "v1.9.0"),
                    true))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED))
        .hasMessageStartingWith("KubeVirt's feature gate %s is off".formatted(off));
  }

  @Test
  void whatMayNotBeRead_isTakenForSwitchedOn() {
    assertThat(Abilities.of(Optional.empty(), true)).isEqualTo(new Abilities(true));
    assertThat(Abilities.of(Optional.empty(), false)).isEqualTo(new Abilities(false));
  }

  private static Optional<JsonNode> kubeVirt(String gates, String version) throws IOException {
    return Optional.of(
        new ObjectMapper()
            .readTree(
                """
                {"spec": {"configuration": {"developerConfiguration": {"featureGates": [%s]}}},
                 "status": {"observedKubeVirtVersion": "%s"}}
                """
                    .formatted(gates, version)));
  }
}
