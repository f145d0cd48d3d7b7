// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.datavolume;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.launcher.NodePaths;
import io.virtmover.lab.reconcile.OnAnyChange;
import io.virtmover.lab.reconcile.WorkQueue;

/** The controller of DataVolumes, and what wakes it. */
public final class DataVolumes implements AutoCloseable {
  private final WorkQueue<ObjectKey> queue;
  private final SharedIndexInformer<GenericKubernetesResource> volumes;
  private final SharedIndexInformer<PersistentVolumeClaim> claims;

  private DataVolumes(KubernetesClient client, NodePaths paths) {
    queue = new WorkQueue<>("datavolume", new DataVolumeReconciler(client, paths)::reconcile);
    volumes =
        client.genericKubernetesResources(Kinds.DATA_VOLUME).inAnyNamespace().runnableInformer(0);
    claims = client.persistentVolumeClaims().inAnyNamespace().runnableInformer(0);
  }

  /** Starts the controller; returns when it knows all objects. */
  public static DataVolumes start(KubernetesClient client, NodePaths paths) {
    var started = new DataVolumes(client, paths);
    started.volumes.addEventHandler(
        new OnAnyChange<>(volume -> started.queue.wake(ObjectKey.of(volume))));
    started.claims.addEventHandler(
        new OnAnyChange<>(claim -> started.queue.wake(ObjectKey.of(claim))));
    started.volumes.run();
    started.claims.run();
    return started;
  }

  @Override
  public void close() {
    volumes.close();
    claims.close();
    queue.close();
  }
}
