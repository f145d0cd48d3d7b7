// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.virtmover.cluster.BackupTracker;
import io.virtmover.controller.Keys;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  /** What could not be written yet. */
  private final Map<VmRef, String> unwritten = new ConcurrentHashMap<>();

  /** VMs that have said that they are not tracked, and were not looked at since; by number. */
  private final Map<VmRef, Long> suspects = new ConcurrentHashMap<>();

  private final AtomicLong suspicions = new AtomicLong();

  public TrackingGaps(KubernetesClient client, KubeVirt kubeVirt) {
    this.client = client;
    this.kubeVirt = kubeVirt;
  }

  /**
   * Whether a checkpoint has such a time behind it, or may have: a full too many is better than an
   * increment with holes.
   */
  public boolean isBehind(VirtualMachine vm, CheckpointName checkpoint) {
    return suspects.containsKey(vm.ref()) || isNoted(vm, checkpoint);
  }

  private boolean isNoted(VirtualMachine vm, CheckpointName checkpoint) {
    return Stream.of(vm.annotations().get(Keys.UNTRACKED_SINCE), unwritten.get(vm.ref()))
        .filter(Objects::nonNull)
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .anyMatch(checkpoint.value()::equals);
  }

  /** A VM has said that it is not tracked; it is to be looked at. */
  public void suspect(VmRef vm) {
    suspects.put(vm, suspicions.incrementAndGet());
  }

  /**
   * Looks at a VM that has said so, and writes down what there is to be: what was seen before and
   * could not be written counts, even if the VM is tracked again.
   */
  public void look(VmRef vm) {
    var suspicion = suspects.getOrDefault(vm, 0L);
    var seen = unwritten.get(vm);
    if (seen == null) {
      // One that says by now that it is tracked was not, until a moment ago.
      kubeVirt
          .vm(vm)
          .filter(found -> !found.isTracked() || found.saysTracked())
          .ifPresent(this::note);
    } else {
      write(vm, seen);
    }
    var _ = suspects.remove(vm, suspicion);
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
    unwritten.put(vm.ref(), checkpoints);
    write(vm.ref(), checkpoints);
  }

  private void write(VmRef vm, String checkpoints) {
    try {
      client
          .genericKubernetesResources(KubeVirtKinds.VM)
          .inNamespace(vm.namespace())
          .withName(vm.name())
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}"
                  .formatted(Keys.UNTRACKED_SINCE, checkpoints));
      LOG.infof(
          "VM %s was not tracked by KubeVirt; its next backup will be a full, and not an increment of %s.",
          vm, checkpoints);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
    unwritten.remove(vm, checkpoints);
  }
}
