// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.delete;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.item.Yaml;
import io.virtmover.velero.kubernetes.FakeKubernetesApi;
import io.virtmover.velero.kubernetes.KubernetesException;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.log.RecordedLog;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class VmDeletionTest {
  private static final ObjectNode BACKUP =
      Yaml.object(
          """
          metadata: {name: nightly-1, uid: b-1, namespace: velero}
          spec: {storageLocation: default}
          """);
  private static final ObjectNode VM =
      Yaml.object(
          """
          metadata:
            name: db
            namespace: shop
            annotations: {virtmover.io/vm-name: db, virtmover.io/data-upload: du-1}
          """);

  private final FakeKubernetesApi kubernetes = new FakeKubernetesApi();
  private final VmDeletion action =
      new VmDeletion(
          new Surroundings(kubernetes, new RecordedLog(), InstantSource.system(), "velero"));

  @Test
  void shouldLeaveATombstone() {
    // when
    action.execute(VM, BACKUP);
    action.execute(VM, BACKUP);

    // then
    var tombstones = kubernetes.all(ResourceType.CONFIG_MAPS);
    assertThat(tombstones).hasSize(1);
    var name = tombstones.getFirst().at("/metadata/name").asText();
    assertThat(name).matches("virtmover-deleted-[0-9a-f]{20}");
    assertThat(tombstones.getFirst())
        .isEqualTo(
            Yaml.object(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: %s
                  namespace: velero
                  labels:
                    virtmover.io/tombstone: "true"
                    velero.io/exclude-from-backup: "true"
                data:
                  location: default
                  backup: nightly-1
                  backupUid: %s
                  vmNamespace: shop
                  vmName: db
                """
                    .formatted(name, BACKUP.at("/metadata/uid").asText())));
  }

  @Test
  void shouldSayWhenNothingAnswers() {
    // given
    kubernetes.breakDown();

    // then
    assertThatThrownBy(() -> action.execute(VM, BACKUP)).isInstanceOf(KubernetesException.class);
  }

  @Test
  void shouldLeaveNoneForVmsThatAreNotOurs() {
    // when
    action.execute(Yaml.object("metadata: {name: web, namespace: shop}"), BACKUP);

    // then
    assertThat(kubernetes.calls()).isEmpty();
  }
}
