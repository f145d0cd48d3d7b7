// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.kubevirt.Checkpoint;
import io.virtmover.lab.kubevirt.Fault;
import io.virtmover.lab.kubevirt.SubresourceException;
import io.virtmover.lab.kubevirt.VmiKey;
import io.virtmover.lab.kubevirt.VmiSubresources;
import io.virtmover.lab.kubevirt.api.JsonPatch;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.control.Outcome;
import io.virtmover.lab.kubevirt.control.Reconciler;
import java.time.Instant;

/**
 * Makes the launcher know a tracker's checkpoint again after the VM was started or has moved.
 * Source: kubevirt-backup-api.md §3.3.
 */
final class TrackerReconciler implements Reconciler {
  private static final int UNPROCESSABLE = 422;

  private final KubeObjects objects;
  private final VmiSubresources subresources;
  private final BackupEvents events;

  TrackerReconciler(KubeObjects objects, VmiSubresources subresources, BackupEvents events) {
    this.objects = objects;
    this.subresources = subresources;
    this.events = events;
  }

  @Override
  public Outcome reconcile(ObjectKey key) {
    return objects
        .find(Kinds.TRACKER, key)
        .map(object -> look(key, object))
        .orElseGet(Outcome.Done::new);
  }

  private Outcome look(ObjectKey key, GenericKubernetesResource object) {
    var tracker = TrackerView.of(object);
    var latest = tracker.latest();
    var fault = tracker.fault();
    if (latest.isEmpty() || fault.filter(Fault.REDEFINITION_WAIT::equals).isPresent()) {
      return new Outcome.Done();
    }
    if (fault.filter(Fault.TRACKER_CLEARED::equals).isPresent()) {
      return clear(
          key,
          object,
          tracker,
          new SubresourceException(UNPROCESSABLE, "checkpoint invalid: no disks have bitmap"));
    }
    if (!tracker.redefinitionRequired()) {
      return new Outcome.Done();
    }
    try {
      subresources.redefineCheckpoint(
          new VmiKey(key.namespace(), tracker.vm()), checkpoint(latest.get()));
      patch(key, TrackerPatches.redefined());
      return new Outcome.Done();
    } catch (SubresourceException refusal) {
      return refusal.status() == UNPROCESSABLE
          ? clear(key, object, tracker, refusal)
          : new Outcome.Retry(Launcher.wrapped(refusal));
    }
  }

  private Outcome clear(
      ObjectKey key,
      GenericKubernetesResource object,
      TrackerView tracker,
      SubresourceException refusal) {
    patch(key, TrackerPatches.cleared(tracker));
    events.checkpointDropped(object, tracker.base().orElse(""), Launcher.wrapped(refusal));
    return new Outcome.Done();
  }

  private void patch(ObjectKey key, JsonPatch patch) {
    objects.patchStatus(Kinds.TRACKER, key, patch.operations());
  }

  private static Checkpoint checkpoint(TrackerView.LatestCheckpoint latest) {
    return new Checkpoint(
        latest.name(),
        Instant.parse(latest.creationTime()),
        latest.volumes().stream().map(IncludedVolume::name).toList());
  }
}
