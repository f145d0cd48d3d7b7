// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.virtmover.lab.junit.HandBackup;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.OnLab;
import io.virtmover.lab.kubevirt.ClusterConfig;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The KubeVirt object rules all VMs, so nothing else runs beside these tests. */
@OnLab
@Isolated
class KubeVirtObjectIT {
  @Test
  void withoutItsGateBackupsAreRefusedAndVmsSaySo(LabNamespace lab) {
    // given
    var kubevirt = kubevirt(lab);
    var before = kubevirt.get();
    try {
      // when
      openOnly(kubevirt, "UtilityVolumes");
      create(lab);

      // then
      awaitTracking(lab, "IncrementalBackupFeatureGateDisabled");
      assertThatThrownBy(() -> HandBackup.createTracker(lab))
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("IncrementalBackup feature gate not enabled");
    } finally {
      restore(kubevirt, before);
    }

    // and with it the VM asks for a restart, after which it is tracked
    awaitTracking(lab, "PendingRestart");
    lab.vms().restart(lab.name(), HandBackup.VM);
    awaitTracking(lab, "Enabled");
    HandBackup.createTracker(lab);
  }

  @Test
  void theSelectorsSayWhichVmsAreTracked(LabNamespace lab) {
    // given
    var kubevirt = kubevirt(lab);
    var before = kubevirt.get();
    try {
      // when
      create(lab);
      lab.at(Kinds.VM, HandBackup.VM).patch(PatchContext.of(PatchType.JSON_MERGE), unlabelled());
      awaitTracking(lab, "PendingRestart");
      lab.vms().restart(lab.name(), HandBackup.VM);
      awaitTracking(lab, "Disabled");
      trackNamespace(kubevirt, lab.name());

      // then
      awaitTracking(lab, "PendingRestart");
      lab.vms().restart(lab.name(), HandBackup.VM);
      awaitTracking(lab, "Enabled");
    } finally {
      restore(kubevirt, before);
    }
  }

  @Test
  void itTellsTheRelease(LabNamespace lab) {
    // when
    var status = Fields.of(kubevirt(lab).get());

    // then
    assertThat(status.text("status", "phase")).hasValue("Deployed");
    assertThat(status.text("status", "observedKubeVirtVersion"))
        .hasValue(lab.control().release().version());
  }

  private static String unlabelled() {
    return "{\"metadata\":{\"labels\":{\"%s\":null}}}".formatted(ClusterConfig.TRACKING_LABEL);
  }

  private static void create(LabNamespace lab) {
    lab.vms()
        .create(lab.name(), HandBackup.VM, List.of(DiskRequest.parse("16Mi")), Optional.empty());
    lab.vms().awaitRunning(lab.name(), HandBackup.VM);
  }

  private static void awaitTracking(LabNamespace lab, String state) {
    lab.await(
        lab.at(Kinds.VM, HandBackup.VM),
        "tracking is " + state,
        vm ->
            vm != null
                && Fields.of(vm)
                    .text("status", "changedBlockTracking", "state")
                    .orElse("")
                    .equals(state));
  }

  private static Resource<GenericKubernetesResource> kubevirt(LabNamespace lab) {
    return lab.client()
        .genericKubernetesResources(Kinds.KUBEVIRT)
        .inNamespace(ClusterConfig.NAME)
        .withName(ClusterConfig.NAME);
  }

  private static void openOnly(Resource<GenericKubernetesResource> kubevirt, String gate) {
    merge(
        kubevirt,
        """
        {"spec": {"configuration": {"developerConfiguration": {"featureGates": ["%s"]}}}}
        """
            .formatted(gate));
  }

  private static void trackNamespace(
      Resource<GenericKubernetesResource> kubevirt, String namespace) {
    merge(
        kubevirt,
        """
        {"spec": {"configuration": {"changedBlockTrackingLabelSelectors": {
          "namespaceLabelSelector": {"matchLabels": null, "matchExpressions": [
            {"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["%s"]}]}}}}}
        """
            .formatted(namespace));
  }

  private static void merge(Resource<GenericKubernetesResource> kubevirt, String patch) {
    kubevirt.patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private static void restore(
      Resource<GenericKubernetesResource> kubevirt, GenericKubernetesResource before) {
    kubevirt.edit(
        now -> {
          now.setAdditionalProperty("spec", before.getAdditionalProperties().get("spec"));
          return now;
        });
  }
}
