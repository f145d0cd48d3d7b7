// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmExportTest {
  private static final String READY =
      """
      {"metadata": {"name": "backup-1"},
       "status": {
        "phase": "Ready",
        "links": {
         "external": {"cert": "other", "backups": [{"name": "rootdisk", "endpoints": []}]},
         "internal": {
          "cert": "PEM",
          "backups": [
           {"name": "rootdisk",
            "endpoints": [
             {"endpoint": "data", "url": "https://virt-export-b.ns1.svc/exports/rootdisk/data"},
             {"endpoint": "map", "url": "https://virt-export-b.ns1.svc/exports/rootdisk/map"}]}]}}}}
      """;

  @Test
  void aReadyExport_tellsWhereItsVolumesAreInsideTheCluster() throws IOException {
    // when
    var export = read(READY);

    // then
    var address = URI.create("https://virt-export-b.ns1.svc/exports/rootdisk");
    assertThat(export)
        .isEqualTo(
            new VmExport(
                "backup-1", true, Optional.of("PEM"), Map.of(new VolumeName("rootdisk"), address)));
  }

  @Test
  void anExportThatWaits_hasNothing() throws IOException {
    // when
    var export =
        read(
            "{\"metadata\": {\"name\": \"b\"}, \"status\": {\"links\": {}, \"phase\": \"Pending\"}}");

    // then
    assertThat(export).isEqualTo(new VmExport("b", false, Optional.empty(), Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rootdisk/map", "rootdisk/data"})
  void addressesThatDoNotBelongTogether_areUnsupported(String part) {
    // given
    var other = READY.replace(part, "elsewhere/");

    // then
    assertThatThrownBy(() -> read(other))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED))
        .hasMessageContaining("VirtualMachineExport backup-1", "rootdisk");
  }

  private static VmExport read(String json) throws IOException {
    return VmExport.read(new ObjectMapper().readTree(json));
  }
}
