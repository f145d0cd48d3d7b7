// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.virtmover.cluster.BackupTracker;
import io.virtmover.controller.Keys;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Times in which KubeVirt did not track a VM's changed blocks. Afterwards the bitmap of the last
 * checkpoint is there as if nothing had been missing, and no object of KubeVirt's tells
 * (docs/kubevirt-backup-api.md §7.9), so it is written down at the VM when it is seen: not the
 * time, which depends on clocks, but the checkpoints that nothing can be built on any more.
 */
@ApplicationScoped
public class TrackingGaps {
  private static final Logger LOG = Logger.getLogger(TrackingGaps.class);

  private final KubernetesClient client;
  private final KubeVirt kubeVirt;

  public TrackingGaps(KubernetesClient client, KubeVirt kubeVirt) {
    this.client = client;
    this.kubeVirt = kubeVirt;
  }

  /** Whether a checkpoint has such a time behind it. */
  public static boolean isBehind(VirtualMachine vm, CheckpointName checkpoint) {
    return Optional.ofNullable(vm.annotations().get(Keys.UNTRACKED_SINCE)).stream()
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .anyMatch(checkpoint.value()::equals);
  }

  /** Looks at a VM, and writes down what there is to be. */
  public void look(VmRef vm) {
    kubeVirt.vm(vm).filter(found -> !found.isTracked()).ifPresent(this::note);
  }

  /** Writes down that a VM is not tracked. */
  public void note(VirtualMachine vm) {
    var checkpoints =
        kubeVirt.trackers(vm.ref()).stream()
            .flatMap(tracker -> tracker.latest().stream())
            .map(BackupTracker.Latest::checkpoint)
            .map(CheckpointName::value)
            .sorted()
            .collect(Collectors.joining(","));
    if (checkpoints.isEmpty()
        || Objects.equals(vm.annotations().get(Keys.UNTRACKED_SINCE), checkpoints)) {
      return;
    }
    client
        .genericKubernetesResources(KubeVirtKinds.VM)
        .inNamespace(vm.ref().namespace())
        .withName(vm.ref().name())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}"
                .formatted(Keys.UNTRACKED_SINCE, checkpoints));
    LOG.infof(
        "VM %s is not tracked by KubeVirt; its next backup will be a full, and not an increment of %s.",
        vm.ref(), checkpoints);
  }
}
