// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NewBackupTest {
  private static final Path CRD =
      Path.of("../lab/src/main/resources/crds/kubevirt/virtualmachinebackup.crd.yaml");
  private static final Optional<String> PULL = Optional.of("token-1");

  static Stream<Arguments> backups() {
    return Stream.of(
        arguments(of(PULL, false, true), "\"mode\": \"Pull\", \"tokenSecretRef\": \"token-1\""),
        arguments(of(Optional.empty(), false, true), "\"mode\": \"Push\""),
        arguments(
            of(Optional.empty(), true, true), "\"mode\": \"Push\", \"forceFullBackup\": true"),
        arguments(of(Optional.empty(), false, false), "\"mode\": \"Push\", \"skipQuiesce\": true"));
  }

  @ParameterizedTest
  @MethodSource("backups")
  void aBackup_asksForWhatIsMeant(NewBackup backup, String spec) throws IOException {
    // when
    var object = backup.object(new ObjectMapper());

    // then
    assertThat(object)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"kind": "VirtualMachineBackup",
                     "metadata": {"name": "vmb", "namespace": "orders"},
                     "spec": {
                       "pvcName": "claim-1",
                       "ttlDuration": "48h",
                       "source": {
                         "apiGroup": "backup.kubevirt.io",
                         "kind": "VirtualMachineBackupTracker",
                         "name": "vmbt-web-7"},
                       %s}}
                    """
                        .formatted(spec)));
  }

  /** What a schema does not know is dropped without a word. */
  @ParameterizedTest
  @MethodSource("backups")
  void everyField_isOneThatKubeVirtKnows(NewBackup backup, String spec) throws IOException {
    // given
    var known =
        new YAMLMapper()
            .readTree(CRD.toFile())
            .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");

    // when
    var object = backup.object(new ObjectMapper()).path("spec");

    // then
    assertThat(known.path("properties").isEmpty()).as(spec).isFalse();
    assertKnown(known, object);
  }

  private static void assertKnown(JsonNode schema, JsonNode object) {
    for (var field : object.properties()) {
      assertThat(schema.path("properties").has(field.getKey())).as(field.getKey()).isTrue();
      var of = schema.path("properties").path(field.getKey());
      if (of.has("enum")) {
        assertThat(of.path("enum")).contains(field.getValue());
      }
      if (field.getValue().isObject()) {
        assertKnown(of, field.getValue());
      }
    }
    for (var needed : schema.path("required")) {
      assertThat(object.has(needed.asText())).as(needed.asText()).isTrue();
    }
  }

  private static NewBackup of(
      Optional<String> tokenSecret, boolean isFullForced, boolean isQuiesced) {
    return new NewBackup(
        new ObjectMetaBuilder().withName("vmb").withNamespace("orders").build(),
        "vmbt-web-7",
        "claim-1",
        tokenSecret,
        Duration.ofDays(2),
        isFullForced,
        isQuiesced);
  }
}
