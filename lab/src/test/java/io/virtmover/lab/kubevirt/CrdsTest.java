// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Release;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CrdsTest {
  @ParameterizedTest
  @CsvSource({
    "V1_8, virtualmachinebackups, true, false",
    "V1_9, virtualmachinebackups, true, true",
    "HEAD, virtualmachinebackups, false, true",
    "NEXT, virtualmachinebackups, false, true",
    "V1_8, virtualmachinebackuptrackers, true, false",
    "V1_9, virtualmachinebackuptrackers, true, false",
    "HEAD, virtualmachinebackuptrackers, false, false",
    "V1_9, virtualmachineinstances, true, false",
    "HEAD, virtualmachineinstances, false, false"
  })
  void shouldHaveTheFieldsOfTheRelease(
      Release release, String plural, boolean diskTarget, boolean exportUid) {
    // given
    var all = Crds.of(release);

    // when
    var text =
        all.stream()
            .filter(crd -> crd.getMetadata().getName().startsWith(plural + "."))
            .map(Serialization::asJson)
            .collect(Collectors.joining());

    // then
    assertThat(text).isNotEmpty();
    assertThat(text.contains("diskTarget")).isEqualTo(diskTarget);
    assertThat(text.contains("exportUID")).isEqualTo(exportUid);
  }

  @ParameterizedTest
  @CsvSource({"V1_8, v1beta1", "V1_9, 'v1,v1beta1'", "HEAD, 'v1,v1beta1'", "NEXT, 'v1,v1beta1'"})
  void shouldServeExportsInTheVersionsOfTheRelease(Release release, String versions) {
    // given
    var all = Crds.of(release);

    // when
    var served =
        all.stream()
            .filter(crd -> crd.getMetadata().getName().startsWith("virtualmachineexports."))
            .flatMap(crd -> crd.<List<?>>get("spec", "versions").stream())
            .map(version -> String.valueOf(((Map<?, ?>) version).get("name")))
            .collect(Collectors.joining(","));

    // then
    assertThat(served).isEqualTo(versions);
  }

  @Test
  void shouldHaveTheFieldsThatAreAboutToCome() {
    // given
    var head = statusOfBackup(Release.HEAD);
    var next = statusOfBackup(Release.NEXT);

    // then
    assertThat(head)
        .contains("endpointCert", "dataEndpoint", "mapEndpoint")
        .doesNotContain("links", "startTimestamp");
    assertThat(next).contains("links", "internal", "external", "startTimestamp");
    assertThat(next).doesNotContain("endpointCert");
    assertThat(volumeOfBackup(Release.HEAD))
        .containsExactly("dataEndpoint", "mapEndpoint", "volumeName");
    assertThat(volumeOfBackup(Release.NEXT)).containsExactly("type", "volumeName");
  }

  private static String statusOfBackup(Release release) {
    return Serialization.asJson(backup(release).get("spec", "versions"));
  }

  private static List<String> volumeOfBackup(Release release) {
    var version = (Map<?, ?>) backup(release).<List<?>>get("spec", "versions").getFirst();
    return new Fields(version)
            .object("schema", "openAPIV3Schema", "properties", "status", "properties")
            .flatMap(status -> status.object("includedVolumes", "items", "properties"))
            .orElseThrow()
            .map()
            .keySet()
            .stream()
            .map(String::valueOf)
            .sorted()
            .toList();
  }

  private static GenericKubernetesResource backup(Release release) {
    return Crds.of(release).stream()
        .filter(crd -> crd.getMetadata().getName().startsWith("virtualmachinebackups."))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Release.class)
  void shouldHaveAllKinds(Release release) {
    // when
    var all = Crds.of(release);

    // then
    assertThat(all)
        .allMatch(crd -> crd.getKind().equals("CustomResourceDefinition"))
        .extracting(crd -> crd.getMetadata().getName())
        .containsExactly(
            "datavolumes.cdi.kubevirt.io",
            "kubevirts.kubevirt.io",
            "virtualmachines.kubevirt.io",
            "virtualmachineinstances.kubevirt.io",
            "virtualmachinebackups.backup.kubevirt.io",
            "virtualmachinebackuptrackers.backup.kubevirt.io",
            "virtualmachineexports.export.kubevirt.io");
  }
}
