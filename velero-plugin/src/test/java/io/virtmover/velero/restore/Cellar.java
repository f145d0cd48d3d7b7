// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.restore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.item.Kinds;
import io.virtmover.velero.item.Yaml;
import io.virtmover.velero.kubernetes.FakeKubernetesApi;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.log.RecordedLog;
import java.time.Instant;

/** An empty cluster with a synchronised Backup, and a Restore of it. */
final class Cellar {
  final FakeKubernetesApi kubernetes =
      new FakeKubernetesApi()
          .with(
              Kinds.BACKUPS,
              Yaml.object(
                  """
                  metadata: {name: nightly-1, uid: b-2, namespace: velero}
                  spec: {storageLocation: copy, snapshotMoveData: true}
                  """));
  final Surroundings surroundings =
      new Surroundings(
          kubernetes, new RecordedLog(), () -> Instant.parse("2026-01-01T00:00:00Z"), "velero");
  final ObjectNode restore =
      Yaml.object(
          """
          metadata:
            name: restore-7
            uid: r-1
            namespace: velero
            creationTimestamp: "2026-01-01T00:00:00Z"
          spec: {backupName: nightly-1, itemOperationTimeout: 3h0m0s}
          """);

  Cellar mapped() {
    restore.withObject("/spec").putObject("namespaceMapping").put("shop", "copy");
    return this;
  }

  /** A claim that is there before. */
  Cellar withClaim(String namespace, String name) {
    kubernetes.with(
        ResourceType.CLAIMS,
        Yaml.object("metadata: {name: %s, namespace: %s}".formatted(name, namespace)));
    return this;
  }

  /** A claim that is there, and is about to go with what it belongs to. */
  Cellar withClaimOf(String owner) {
    kubernetes.with(
        ResourceType.CLAIMS,
        Yaml.object(
            """
            metadata:
              name: db-root
              namespace: shop
              ownerReferences: [%s]
            """
                .formatted(owner)));
    return this;
  }

  /** A claim that is there, and is being deleted. */
  Cellar withGoingClaim() {
    kubernetes.with(
        ResourceType.CLAIMS,
        Yaml.object(
            "metadata: {name: db-root, namespace: shop, deletionTimestamp: '2026-01-01T00:00:00Z'}"));
    return this;
  }

  /** The claim that an earlier restore has left without its data. */
  Cellar withWaitingClaim(String volume) {
    kubernetes.with(
        ResourceType.CLAIMS,
        Yaml.object(
            """
            metadata:
              name: db-root
              namespace: shop
              creationTimestamp: "2025-12-31T23:59:59Z"
              labels: {velero.io/restore-name: restore-6}
            spec:
              volumeName: '%s'
              selector: {matchLabels: {velero.io/dynamic-pv-restore: shop.db-root.01234}}
            """
                .formatted(volume)));
    return this;
  }

  /** A claim as it lies in the backup. */
  static ObjectNode claim() {
    return Yaml.object(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: db-root
          namespace: shop
          uid: c-1
          annotations:
            virtmover.io/vm-name: db
            virtmover.io/data-upload: du-1
            pv.kubernetes.io/bind-completed: "yes"
            kept: "yes"
        spec:
          volumeName: pv-1
          storageClassName: fast
          dataSource: {kind: VolumeSnapshot}
          dataSourceRef: {kind: VolumeImportSource}
          resources: {requests: {storage: 10Gi}}
        status: {phase: Bound}
        """);
  }
}
