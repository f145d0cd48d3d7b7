// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.GroupVersionKind;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.virtmover.cluster.SnapshotId;
import io.virtmover.controller.Keys;
import io.virtmover.controller.kubevirt.KubeVirtKinds;
import io.virtmover.controller.metrics.LastSuccess;
import io.virtmover.controller.mover.MoverReading;
import io.virtmover.controller.queue.Turns;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.volume.Claims;
import io.virtmover.controller.watch.Served;
import io.virtmover.controller.watch.Watched;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is watched for DataUploads, and which of them a change concerns. */
final class UploadSources {
  private static final Served SERVED = new Served();
  private static final String BY_NAMESPACE = "vm-namespace";

  private final Watched<Job, DataUpload> jobs;
  private final Watched<Pod, DataUpload> pods;
  private final Watched<PersistentVolumeClaim, DataUpload> claims;
  private final InformerEventSource<GenericKubernetesResource, DataUpload> backups;
  private final Turns<DataUpload> turns;
  private final IndexerResourceCache<DataUpload> requests;
  private final String namespace;

  UploadSources(EventSourceContext<DataUpload> context, Turns<DataUpload> turns, String namespace) {
    this.namespace = namespace;
    this.turns = turns;
    this.requests = context.getPrimaryCache();
    this.jobs = Watched.inNamespace(Job.class, DataUpload.class, namespace, context);
    this.pods = Watched.inNamespace(Pod.class, DataUpload.class, namespace, context);
    this.claims =
        Watched.everywhere(PersistentVolumeClaim.class, DataUpload.class, namespace, context);
    this.backups = backups(context);
  }

  /** Backups of others count as well: a VM has one at a time. */
  private InformerEventSource<GenericKubernetesResource, DataUpload> backups(
      EventSourceContext<DataUpload> context) {
    var kind =
        new GroupVersionKind(
            KubeVirtKinds.BACKUP_GROUP, KubeVirtKinds.BACKUP_VERSION, "VirtualMachineBackup");
    var source =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(kind, DataUpload.class)
                .withName("VirtualMachineBackup")
                .withWatchAllNamespaces()
                .withSecondaryToPrimaryMapper(this::concerned)
                .build(),
            context);
    source.addIndexers(
        Map.of(BY_NAMESPACE, backup -> List.of(backup.getMetadata().getNamespace())));
    return source;
  }

  /** Its own request, and those that may wait for it. */
  private Set<ResourceID> concerned(GenericKubernetesResource backup) {
    var waiting =
        requests
            .list(
                namespace,
                request ->
                    SERVED.accept(request)
                        && !request.phase().isFinal()
                        && UploadWords.vm(request)
                            .filter(
                                vm -> vm.namespace().equals(backup.getMetadata().getNamespace()))
                            .isPresent())
            .map(ResourceID::fromResource)
            .collect(Collectors.toSet());
    waiting.addAll(Watched.request(backup, namespace, requests));
    return waiting;
  }

  /** What the framework starts and stops. */
  List<EventSource<?, DataUpload>> all() {
    return List.of(jobs.source(), pods.source(), claims.source(), backups, turns);
  }

  /** Requests that have not ended. What ended ones still have to clean up shows by itself. */
  List<DataUpload> unfinished() {
    return requests
        .list(namespace, request -> SERVED.accept(request) && !request.phase().isFinal())
        .toList();
  }

  /** Requests that something has been made for, ended ones among them. */
  List<DataUpload> withObjects() {
    return requests
        .list(namespace, request -> SERVED.accept(request) && hasObjects(request))
        .toList();
  }

  private boolean hasObjects(DataUpload request) {
    return !jobs(request).isEmpty()
        || !pods(request).isEmpty()
        || !claims(request).isEmpty()
        || UploadWords.vm(request)
            .filter(vm -> backups(vm.namespace()).stream().anyMatch(one -> isOf(one, request)))
            .isPresent();
  }

  /** Backups of ours that have completed, as far as their requests are still there. */
  Stream<LastSuccess.Success> successes() {
    return requests
        .list(namespace, request -> request.phase() == TransferPhase.COMPLETED)
        .flatMap(request -> success(request).stream());
  }

  static Optional<LastSuccess.Success> success(DataUpload request) {
    var status = request.status();
    return Optional.ofNullable(status.completionTimestamp())
        .filter(_ -> SnapshotId.isOurs(Objects.requireNonNullElse(status.snapshotID(), "")))
        .map(Instant::parse)
        .flatMap(end -> UploadWords.vm(request).map(vm -> new LastSuccess.Success(vm, end)));
  }

  /** Has the requests look again that may have waited for this one of their VM. */
  void wakeOthers(DataUpload ended) {
    var vm = UploadWords.vm(ended);
    unfinished().stream()
        .filter(request -> UploadWords.vm(request).equals(vm))
        .forEach(request -> turns.wake(request.getMetadata().getName()));
  }

  /** Gives back what is still kept for a request that is gone. */
  void forget(DataUpload gone) {
    turns.onResourceDeleted(gone);
  }

  List<Job> jobs(DataUpload request) {
    return jobs.of(request);
  }

  List<Pod> pods(DataUpload request) {
    return pods.of(request);
  }

  /** How many movers run. */
  long runningMovers() {
    return pods.all().filter(MoverReading::isRunning).count();
  }

  List<PersistentVolumeClaim> claims(DataUpload request) {
    return claims.of(request).stream().filter(claim -> Claims.isOf(claim, request)).toList();
  }

  /** All VirtualMachineBackups of a namespace. */
  List<GenericKubernetesResource> backups(String vmNamespace) {
    return backups.byIndex(BY_NAMESPACE, vmNamespace);
  }

  /**
   * Whether a backup belongs to a request: anybody can write a label, so the name counts as well.
   */
  static boolean isOf(GenericKubernetesResource backup, DataUpload request) {
    var labels = backup.getMetadata().getLabels();
    return labels != null
        && request.getMetadata().getUid().equals(labels.get(Keys.REQUEST_UID))
        && Observer.names(request).contains(backup.getMetadata().getName());
  }
}
