// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Release;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExportStatusTest {
  private static final ExportSpec EXPORT =
      new ExportSpec(
          "export.kubevirt.io/v1",
          "ns",
          "b1",
          "e1",
          Instant.parse("2026-01-02T03:04:05Z"),
          Duration.ofHours(2),
          Optional.of("token"),
          "VirtualMachineBackup",
          "b1");
  private static final ExportSource SOURCE =
      new ExportSource.Backup("b1", "u1", List.of("root"), "Full", "b1-x", Optional.empty(), "vm1");
  private static final Pod READY =
      new PodBuilder()
          .withNewStatus()
          .withPhase("Running")
          .addNewCondition()
          .withType("Ready")
          .withStatus("True")
          .endCondition()
          .endStatus()
          .build();

  @Test
  void shouldHaveLinksThroughAnIngressOnlyWhereThereIsOne() {
    assertThat(links(Optional.empty()).has("external")).isFalse();
    assertThat(links(Optional.of("PEM")).has("external")).isTrue();
  }

  @Test
  void shouldNameAnIngressThatNobodyResolves() {
    // when
    var external = links(Optional.of("PEM")).object("external").orElseThrow();

    // then
    assertThat(external.text("cert")).contains("PEM");
    var urls =
        external.list("backups").getFirst().list("endpoints").stream()
            .map(endpoint -> URI.create(endpoint.text("url").orElseThrow()))
            .toList();
    assertThat(urls).extracting(URI::getHost).allMatch(host -> host.endsWith(".invalid"));
    assertThat(urls)
        .extracting(URI::getPath)
        .containsExactly(
            "/api/export.kubevirt.io/v1/namespaces/ns/virtualmachineexports/b1/exports/root/data",
            "/api/export.kubevirt.io/v1/namespaces/ns/virtualmachineexports/b1/exports/root/map");
  }

  private static Fields links(Optional<String> ingress) {
    var status =
        ExportStatus.of(
            EXPORT, SOURCE, Optional.of(READY), Release.NEXT, "CA", ingress, List.of(), "now");
    return new Fields(status).object("links").orElseThrow();
  }
}
