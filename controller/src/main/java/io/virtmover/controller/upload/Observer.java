// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.virtmover.cluster.VmBackup;
import io.virtmover.cluster.VmBackupState;
import io.virtmover.cluster.VmExport;
import io.virtmover.controller.Keys;
import io.virtmover.controller.Naming;
import io.virtmover.controller.callback.MoverReports;
import io.virtmover.controller.kubevirt.BackupSource;
import io.virtmover.controller.kubevirt.KubeVirt;
import io.virtmover.controller.kubevirt.VmInstance;
import io.virtmover.controller.mover.MoverJobs;
import io.virtmover.controller.mover.MoverReading;
import io.virtmover.controller.mover.MoverRefusals;
import io.virtmover.controller.mover.MoverState;
import io.virtmover.controller.queue.Slots;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.watch.Tries;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Looks at everything that a DataUpload's state depends on; most of it is in caches. */
final class Observer {
  /** Refusals are looked up only for backups that take longer than a start does. */
  private static final Duration USUAL_START = Duration.ofSeconds(20);

  private final UploadSources sources;
  private final Slots slots;
  private final KubeVirt kubeVirt;
  private final MoverReports reports;
  private final MoverRefusals refusals;
  private final Tries tries;
  private final JobSightings sightings;
  private final ExportTokens tokens;
  private final String namespace;

  Observer(
      UploadSources sources,
      Slots slots,
      KubeVirt kubeVirt,
      MoverReports reports,
      MoverRefusals refusals,
      Tries tries,
      JobSightings sightings,
      ExportTokens tokens,
      String namespace) {
    this.sources = sources;
    this.slots = slots;
    this.kubeVirt = kubeVirt;
    this.reports = reports;
    this.refusals = refusals;
    this.tries = tries;
    this.sightings = sightings;
    this.tokens = tokens;
    this.namespace = namespace;
  }

  /** The name of the objects of the present try. */
  static String name(DataUpload request, Retries retries) {
    var metadata = request.getMetadata();
    return Naming.object(metadata.getName(), metadata.getUid(), retries.count());
  }

  /** The names of all tries that there can be. */
  static List<String> names(DataUpload request) {
    return Naming.objects(request.getMetadata());
  }

  /** Whether its mover tells, or has left behind, that the restore point is in the bucket. */
  boolean isPublished(DataUpload request, Instant now) {
    var name = name(request, Retries.of(request));
    return switch (MoverReading.of(
        job(request, name), pods(request, name), reports.of(name), now)) {
      case MoverState.Ended(var outcome) -> outcome instanceof Outcome.Completed;
      case MoverState.Ending _ -> true;
      case MoverState.Absent _, MoverState.Waiting _, MoverState.Running _, MoverState.Died _ ->
          false;
    };
  }

  private Optional<Job> job(DataUpload request, String name) {
    return sources.jobs(request).stream().filter(one -> isNamed(one, name)).findFirst();
  }

  private List<Pod> pods(DataUpload request, String name) {
    return sources.pods(request).stream().filter(pod -> attempt(pod).equals(name)).toList();
  }

  Observation observe(DataUpload request, Instant now) {
    var retries = Retries.of(request);
    var name = name(request, retries);
    var vm = UploadWords.vm(request);
    var backups = vm.map(found -> sources.backups(found.namespace())).orElse(List.of());
    var own = backups.stream().filter(backup -> UploadSources.isOf(backup, request)).toList();
    // What is only to be cleaned up need not be readable.
    var current =
        own.stream()
            .filter(backup -> isNamed(backup, name) && !request.phase().isFinal())
            .findFirst()
            .map(this::read);
    var jobs = sources.jobs(request);
    var pods = sources.pods(request);
    var claims = sources.claims(request);
    var job = job(request, name);
    var triesPods = pods(request, name);
    var mover =
        refusals.explain(
            MoverReading.of(job, triesPods, reports.of(name), now), name, triesPods, now);
    var dependent = current.filter(one -> dependsOnOthers(one.backup(), mover, now));
    var trackerMade = vm.flatMap(found -> dependent.flatMap(one -> trackerMade(found, one)));
    return new Observation(
        request,
        retries,
        tries.of(name, now),
        // It matters before anything is made, and costs lists.
        current.isPresent() || request.phase().isFinal()
            ? Optional.empty()
            : vm.flatMap(found -> obstacle(request, found, backups)).or(() -> crowd(request)),
        current,
        current.filter(_ -> mover instanceof MoverState.Absent).flatMap(this::export),
        vm.flatMap(found -> current.flatMap(one -> refusal(found, one, now))),
        mover instanceof MoverState.Absent
            && current.filter(Observer::isExported).isPresent()
            && tokens.find(name).isPresent(),
        vm.flatMap(
                found ->
                    dependent.map(one -> source(found, one, trackerMade.isPresent(), mover, now)))
            .orElse(JobSource.THERE),
        trackerMade,
        mover,
        claims.stream().anyMatch(claim -> isNamed(claim, name) && isAtMover(claim)),
        job.filter(MoverJobs::usesClaim).isPresent(),
        leftovers(own, jobs, pods, claims, object -> !object.equals(name)),
        leftovers(own, jobs, pods, claims, name::equals));
  }

  private Observation.Own read(GenericKubernetesResource backup) {
    var plan = backup.getMetadata().getAnnotations().getOrDefault(Keys.PLAN, "");
    return new Observation.Own(VmBackup.read(kubeVirt.tree(backup)), BackupPlan.read(plan));
  }

  private Optional<String> obstacle(
      DataUpload request, VmRef vm, List<GenericKubernetesResource> backups) {
    var live =
        backups.stream()
            .filter(backup -> !UploadSources.isOf(backup, request))
            .filter(this::isLive)
            .filter(backup -> isOf(backup, vm))
            .map(backup -> backup.getMetadata().getName())
            .sorted()
            .toList();
    return Turn.obstacle(request, vm, sources.unfinished(), live);
  }

  /** It is told with the request's acceptance; from then on the queue keeps the order. */
  private Optional<String> crowd(DataUpload request) {
    return request.phase() == TransferPhase.NEW
            && slots.isCrowded(request, UploadWords.location(request).orElse(""))
        ? Optional.of(Turn.CROWDED)
        : Optional.empty();
  }

  /** One that cannot be read may be live. */
  private boolean isLive(GenericKubernetesResource backup) {
    try {
      return !VmBackup.read(kubeVirt.tree(backup)).hasEnded();
    } catch (VirtMoverException e) {
      return true;
    }
  }

  private boolean isOf(GenericKubernetesResource backup, VmRef vm) {
    var tree = kubeVirt.tree(backup);
    return kubeVirt
        .vmOf(vm.namespace(), BackupSource.of(tree))
        .map(vm.name()::equals)
        .orElseGet(() -> Orphan.isOf(tree, vm, kubeVirt.instance(vm)));
  }

  private static boolean isExported(Observation.Own own) {
    return own.backup().state() instanceof VmBackupState.ExportReady;
  }

  private Optional<VmExport> export(Observation.Own own) {
    return isExported(own)
        ? kubeVirt.export(own.backup().namespace(), own.backup().name())
        : Optional.empty();
  }

  private Optional<String> refusal(VmRef vm, Observation.Own own, Instant now) {
    var created = own.backup().created();
    return own.backup().state() instanceof VmBackupState.Waiting
            && now.isAfter(created.plus(USUAL_START))
        ? kubeVirt.refusal(vm, created)
        : Optional.empty();
  }

  /** What it depends on is looked up only for one that takes longer than a start does. */
  private static boolean dependsOnOthers(VmBackup backup, MoverState mover, Instant now) {
    return !backup.hasEnded()
        && now.isAfter(backup.created().plus(USUAL_START))
        && switch (mover) {
          case MoverState.Absent _, MoverState.Waiting _, MoverState.Running _ -> true;
          case MoverState.Ending _, MoverState.Ended _, MoverState.Died _ -> false;
        };
  }

  private Optional<Instant> trackerMade(VmRef vm, Observation.Own own) {
    return kubeVirt.trackerMade(vm.namespace(), own.plan().tracker());
  }

  private JobSource source(
      VmRef vm, Observation.Own own, boolean hasTracker, MoverState mover, Instant now) {
    if (!(mover instanceof MoverState.Absent)) {
      // What becomes of the VM the mover finds out by itself.
      return hasTracker ? JobSource.THERE : JobSource.TRACKER_GONE;
    }
    var backup = own.backup();
    var instance = kubeVirt.instance(vm);
    if (instance.flatMap(VmInstance::backup).equals(Optional.of(backup.name()))) {
      sightings.note(backup.name());
    }
    var needsVm = !own.plan().isOfStoppedVm() || sightings.has(backup.name());
    return JobSource.of(backup, needsVm, hasTracker, instance, now);
  }

  private boolean isAtMover(PersistentVolumeClaim claim) {
    return claim.getMetadata().getNamespace().equals(namespace)
        && claim.getStatus() != null
        && "Bound".equals(claim.getStatus().getPhase());
  }

  private static boolean isNamed(HasMetadata object, String name) {
    return object.getMetadata().getName().equals(name);
  }

  private static String attempt(Pod pod) {
    return pod.getMetadata().getLabels().getOrDefault(Keys.ATTEMPT, "");
  }

  private static List<String> leftovers(
      List<GenericKubernetesResource> backups,
      List<Job> jobs,
      List<Pod> pods,
      List<PersistentVolumeClaim> claims,
      Predicate<String> isMeant) {
    var words = new ArrayList<String>();
    pods.stream()
        .filter(pod -> isMeant.test(attempt(pod)))
        .forEach(pod -> words.add("Pod " + pod.getMetadata().getName()));
    for (var all : List.of(jobs, backups, claims)) {
      for (HasMetadata object : all) {
        if (isMeant.test(object.getMetadata().getName())) {
          words.add(
              "%s %s/%s"
                  .formatted(
                      object.getKind(),
                      object.getMetadata().getNamespace(),
                      object.getMetadata().getName()));
        }
      }
    }
    return words;
  }
}
