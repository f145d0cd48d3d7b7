// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.item.Kinds;
import io.virtmover.velero.item.Yaml;
import io.virtmover.velero.kubernetes.FakeKubernetesApi;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.log.RecordedLog;
import java.time.Instant;

/** A cluster with the running VM {@code shop/db}, its disks root and data, and a Backup of it. */
final class Shop {
  static final String OURS =
      """
      version: v1
      volumePolicies:
      - conditions: {}
        action: {type: custom, parameters: {datamover: cnv}}
      """;

  final FakeKubernetesApi kubernetes = new FakeKubernetesApi();
  final RecordedLog log = new RecordedLog();
  final Surroundings surroundings =
      new Surroundings(kubernetes, log, () -> Instant.parse("2026-01-01T00:00:00Z"), "velero");
  final ObjectNode backup =
      Yaml.object(
          """
          metadata: {name: nightly-1, uid: b-1, namespace: velero}
          spec:
            snapshotMoveData: true
            storageLocation: default
            itemOperationTimeout: 2h0m0s
            resourcePolicy: {kind: configmap, name: policy}
          """);

  Shop() {
    policy(OURS);
    kubernetes.with(ResourceType.VIRTUAL_MACHINES, vm());
    instance("Running", "Enabled");
    claim("db-root");
    claim("db-data");
    kubernetes.with(Kinds.DATA_VOLUMES, dataVolume());
  }

  Shop policy(String text) {
    var map = Yaml.object("metadata: {name: policy, namespace: velero}");
    map.putObject("data").put("policy.yaml", text);
    kubernetes.with(ResourceType.CONFIG_MAPS, map);
    return this;
  }

  Shop instance(String phase, String tracking) {
    var instance = Yaml.object("metadata: {name: db, namespace: shop}");
    instance.set("spec", vm().at("/spec/template/spec"));
    instance
        .putObject("status")
        .put("phase", phase)
        .putObject("changedBlockTracking")
        .put("state", tracking);
    kubernetes.with(ResourceType.VIRTUAL_MACHINE_INSTANCES, instance);
    return this;
  }

  /** A claim that the running VM has got, and that the VM's object does not name. */
  Shop plugged(String claim) {
    claim(claim);
    var instance = kubernetes.all(ResourceType.VIRTUAL_MACHINE_INSTANCES).getFirst();
    instance
        .withObject("/metadata")
        .putArray("ownerReferences")
        .addObject()
        .put("kind", "VirtualMachine")
        .put("name", "db");
    instance
        .withObject("/spec")
        .withArray("volumes")
        .addObject()
        .put("name", claim)
        .putObject("persistentVolumeClaim")
        .put("claimName", claim);
    return this;
  }

  Shop finalizing() {
    backup.putObject("status").put("phase", "FinalizingPartiallyFailed");
    return this;
  }

  private void claim(String name) {
    kubernetes
        .with(ResourceType.CLAIMS, claimObject(name))
        .with(ResourceType.VOLUMES, volume(name));
  }

  static ObjectNode vm() {
    return Yaml.object(
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachine
        metadata: {name: db, namespace: shop, uid: v-1}
        spec:
          runStrategy: Always
          template:
            spec:
              volumes:
              - {name: root, dataVolume: {name: db-root}}
              - {name: data, persistentVolumeClaim: {claimName: db-data}}
              - {name: init, cloudInitNoCloud: {secretRef: {name: db-init}}}
        status: {changedBlockTracking: {state: Enabled}}
        """);
  }

  static ObjectNode claimObject(String name) {
    return Yaml.object(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: %1$s
          namespace: shop
          uid: c-%1$s
          ownerReferences: [{kind: DataVolume, name: %1$s}]
        spec: {volumeName: pv-%1$s}
        status: {phase: Bound}
        """
            .formatted(name));
  }

  static ObjectNode volume(String claim) {
    return Yaml.object(
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: pv-%1$s}
        spec:
          storageClassName: class-%1$s
          claimRef: {namespace: shop, name: %1$s, uid: c-%1$s}
        """
            .formatted(claim));
  }

  static ObjectNode dataVolume() {
    return Yaml.object(
        """
        apiVersion: cdi.kubevirt.io/v1beta1
        kind: DataVolume
        metadata: {name: db-root, namespace: shop}
        """);
  }

  /** The only DataUpload. */
  ObjectNode upload() {
    var all = kubernetes.all(ResourceType.DATA_UPLOADS);
    if (all.size() != 1) {
      throw new AssertionError("one DataUpload is wanted, there are " + all);
    }
    return all.getFirst();
  }
}
