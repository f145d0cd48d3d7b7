// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.virtmover.controller.mover.MoverReading;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.volume.Volumes;
import io.virtmover.controller.watch.Watched;
import java.util.List;

/** What is watched for DataDownloads. */
record Sources(
    Watched<Job, DataDownload> jobs,
    Watched<Pod, DataDownload> pods,
    Watched<PersistentVolumeClaim, DataDownload> claims,
    Watched<PersistentVolume, DataDownload> volumes) {
  static Sources of(String namespace, EventSourceContext<DataDownload> context) {
    return new Sources(
        Watched.inNamespace(Job.class, DataDownload.class, namespace, context),
        Watched.inNamespace(Pod.class, DataDownload.class, namespace, context),
        Watched.inNamespace(PersistentVolumeClaim.class, DataDownload.class, namespace, context),
        Watched.everywhere(PersistentVolume.class, DataDownload.class, namespace, context));
  }

  /** Whether a mover, a claim or a volume on its way is there for a request. */
  boolean hasObjects(DataDownload request) {
    return !jobs.of(request).isEmpty() || !claims.of(request).isEmpty() || isMoving(request);
  }

  /** Whether the restored volume is on its way. */
  boolean isMoving(DataDownload request) {
    return volumes.of(request).stream().anyMatch(Volumes::isTaken);
  }

  /** What the framework starts and stops. */
  List<EventSource<?, DataDownload>> all() {
    return List.of(jobs.source(), pods.source(), claims.source(), volumes.source());
  }

  /** How many movers run. */
  long runningMovers() {
    return pods.all().filter(MoverReading::isRunning).count();
  }
}
