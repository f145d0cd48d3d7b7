// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.virtmover.lab.kubevirt.KubeVirtSettings;
import io.virtmover.lab.kubevirt.VmiSubresources;
import io.virtmover.lab.kubevirt.api.EventRecorder;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.control.ClientGoQueue;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The controllers of backups and trackers with their queues and watches. */
public final class BackupControllers implements AutoCloseable {
  private final ClientGoQueue backups;
  private final ClientGoQueue trackers;
  private final Wakes wakes;
  private final Set<ObjectKey> overdue;

  private BackupControllers(
      ClientGoQueue backups, ClientGoQueue trackers, Wakes wakes, Set<ObjectKey> overdue) {
    this.backups = backups;
    this.trackers = trackers;
    this.wakes = wakes;
    this.overdue = overdue;
  }

  /** Starts them; returns when everything is watched. */
  public static BackupControllers start(
      KubernetesClient client,
      KubeVirtSettings settings,
      VmiSubresources subresources,
      SharedIndexInformer<GenericKubernetesResource> backupInformer,
      SharedIndexInformer<GenericKubernetesResource> exportInformer,
      Clock clock) {
    var model = Model.of(settings.release());
    var exportKind = Kinds.export(settings.release());
    var objects = new KubeObjects(client);
    var events =
        new BackupEvents(
            new EventRecorder(client, "backup-controller", clock),
            new EventRecorder(client, "virt-handler", clock),
            model);
    var writer = new StatusWriter(objects, model, settings.quirks(), events, clock);
    var executor =
        new Executor(objects, exportKind, model, settings.gates(), subresources, events, writer);
    var overdue = ConcurrentHashMap.<ObjectKey>newKeySet();
    var backups =
        new ClientGoQueue(
            "backup",
            new BackupReconciler(
                new Observer(client, exportKind, clock, overdue::contains),
                model,
                new Decision(model, settings.quirks()),
                executor));
    var trackers =
        new ClientGoQueue("tracker", new TrackerReconciler(objects, subresources, events));
    var wakes = Wakes.watch(client, backups, trackers, backupInformer, exportInformer);
    backups.start();
    trackers.start();
    return new BackupControllers(backups, trackers, wakes, overdue);
  }

  /** Asks for a look at a backup. */
  public void look(ObjectKey key) {
    backups.add(key);
  }

  /** Has a backup's time, its ttlDuration, be over now. */
  public void expire(ObjectKey key) {
    overdue.add(key);
    look(key);
  }

  @Override
  public void close() {
    wakes.close();
    backups.close();
    trackers.close();
  }
}
