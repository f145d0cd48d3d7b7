// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.controller.Keys;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.kubevirt.BackupSource;
import io.virtmover.controller.kubevirt.KubeVirt;
import io.virtmover.controller.location.Buckets;
import io.virtmover.controller.location.Locations;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.volume.ClaimMoves;
import io.virtmover.controller.watch.ApiTrouble;
import io.virtmover.domain.VmRef;
import io.virtmover.repository.UnfinishedUploads;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Takes away what belongs to a request: the mover first, because it reads; then KubeVirt's backup,
 * which holds the claim; then the rest. Each call does what can be done now.
 */
@ApplicationScoped
public class Clearing {
  private static final Logger LOG = Logger.getLogger(Clearing.class);

  /** For the uploads of one try. */
  private static final Duration UPLOADS = Duration.ofSeconds(5);

  private final KubernetesClient client;
  private final ControllerConfig config;
  private final KubeVirt kubeVirt;
  private final TrackerMending trackers;
  private final ClaimMoves moves;
  private final Locations locations;
  private final Buckets buckets;

  /** UIDs of the requests whose uploads the pass before has looked for. */
  private final Set<String> looked = ConcurrentHashMap.newKeySet();

  /** UIDs of those of which something stays. */
  private final Set<String> left = ConcurrentHashMap.newKeySet();

  Clearing(
      KubernetesClient client,
      ControllerConfig config,
      KubeVirt kubeVirt,
      TrackerMending trackers,
      ClaimMoves moves,
      Locations locations,
      Buckets buckets) {
    this.client = client;
    this.config = config;
    this.kubeVirt = kubeVirt;
    this.trackers = trackers;
    this.moves = moves;
    this.locations = locations;
    this.buckets = buckets;
  }

  /**
   * Goes on with it.
   *
   * @param isMeant by the names of the objects of a try
   */
  void run(Observation seen, UploadSources sources, Predicate<String> isMeant) {
    var request = seen.request();
    var jobs = named(sources.jobs(request), isMeant);
    var pods =
        sources.pods(request).stream()
            .filter(
                pod -> isMeant.test(pod.getMetadata().getLabels().getOrDefault(Keys.ATTEMPT, "")))
            .toList();
    delete(jobs);
    if (!jobs.isEmpty() || !pods.isEmpty()) {
      return;
    }
    if (deleteBackups(request, sources, isMeant)) {
      return;
    }
    if (!sources.claims(request).isEmpty()) {
      var _ = moves.abandon(request);
    }
  }

  /**
   * Gives back what is not watched.
   *
   * @return what is not gone yet
   */
  List<String> giveBack(DataUpload request) {
    if (left.contains(request.getMetadata().getUid())) {
      return List.of();
    }
    deleteSecrets(request);
    return moves.abandon(request);
  }

  /** What is not watched stays where it is: it may not be deleted, or does not go. */
  void leave(DataUpload request) {
    left.add(request.getMetadata().getUid());
  }

  /** Asks everything to go without waiting for what holds it: somebody has to look at that. */
  void letGo(Observation seen, UploadSources sources) {
    var request = seen.request();
    ask(() -> delete(sources.jobs(request)));
    ask(
        () -> {
          var _ = deleteBackups(request, sources, _ -> true);
        });
    ask(
        () -> {
          var _ = giveBack(request);
        });
  }

  /** What the API server refuses is left, as what it does not answer is not. */
  private static void ask(Runnable deletion) {
    try {
      deletion.run();
    } catch (KubernetesClientException e) {
      LOG.warnf("It is left where it is. %s", ApiTrouble.refusal(e));
    }
  }

  private void deleteSecrets(DataUpload request) {
    for (var name : tries(request)) {
      deleteSecret(config.namespace(), name);
      UploadWords.vm(request).ifPresent(vm -> deleteSecret(vm.namespace(), name));
    }
  }

  private static List<String> tries(DataUpload request) {
    return Observer.names(request).stream().limit(Retries.of(request).count() + 1L).toList();
  }

  /**
   * Ends what movers that were killed have left open in the bucket, once none runs any more. A
   * store that is away does not hold up the end: the space is the collector's to free then.
   *
   * <p>It takes its time, and where an event comes meanwhile, the framework would put the finalizer
   * on once more after it was taken off: two writes for nothing. So that is left to the next pass,
   * which does not look again.
   *
   * @return whether it was looked
   */
  boolean endUploads(DataUpload request) {
    var uid = request.getMetadata().getUid();
    if (!looked.add(uid)) {
      looked.remove(uid);
      return false;
    }
    lookForUploads(request);
    return true;
  }

  /** Of one that is gone. */
  void forget(DataUpload gone) {
    looked.remove(gone.getMetadata().getUid());
    left.remove(gone.getMetadata().getUid());
  }

  private void lookForUploads(DataUpload request) {
    var vm = UploadWords.vm(request);
    var location = UploadWords.location(request);
    if (vm.isEmpty() || location.isEmpty()) {
      return;
    }
    try {
      var access = locations.find(location.get());
      if (access.isReadOnly()) {
        return;
      }
      var ended =
          buckets.free(
              access,
              vm.get(),
              repository ->
                  tries(request).stream()
                      .flatMap(name -> UnfinishedUploads.end(repository, name, UPLOADS).stream())
                      .toList());
      ended.forEach(key -> LOG.infof("The unfinished upload of %s was ended.", key));
    } catch (RuntimeException e) {
      LOG.warnf(
          "Whether movers of DataUpload %s have left unfinished uploads in BackupStorageLocation %s could not be looked up: %s",
          request.getMetadata().getName(), location.get(), e.getMessage());
    }
  }

  /** Whether there are any. */
  private boolean deleteBackups(
      DataUpload request, UploadSources sources, Predicate<String> isMeant) {
    var vm = UploadWords.vm(request);
    if (vm.isEmpty()) {
      return false;
    }
    var backups =
        sources.backups(vm.get().namespace()).stream()
            .filter(backup -> UploadSources.isOf(backup, request))
            .filter(backup -> isMeant.test(backup.getMetadata().getName()))
            .toList();
    for (var backup : backups) {
      end(
          vm.get(),
          backup.getMetadata().getName(),
          backup.getMetadata().getDeletionTimestamp() != null,
          BackupSource.of(kubeVirt.tree(backup)));
    }
    return !backups.isEmpty();
  }

  /** Has KubeVirt end a backup and take it away; to be repeated until it is gone. */
  void end(VmRef vm, Observation.Own own) {
    end(
        vm,
        own.backup().name(),
        own.backup().isDeleting(),
        new BackupSource(true, own.plan().tracker()));
  }

  private void end(VmRef vm, String name, boolean isDeleting, BackupSource source) {
    if (!isDeleting) {
      kubeVirt.deleteBackup(vm.namespace(), name);
      return;
    }
    var _ = trackers.mend(vm, name, source);
  }

  private void deleteSecret(String namespace, String name) {
    client.secrets().inNamespace(namespace).withName(name).delete();
  }

  private void delete(List<? extends HasMetadata> objects) {
    for (var object : objects) {
      if (object.getMetadata().getDeletionTimestamp() == null) {
        client.resource(object).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
      }
    }
  }

  private static <T extends HasMetadata> List<T> named(List<T> objects, Predicate<String> isMeant) {
    return objects.stream().filter(object -> isMeant.test(object.getMetadata().getName())).toList();
  }
}
