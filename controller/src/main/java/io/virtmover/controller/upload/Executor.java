// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.virtmover.cluster.VmBackup;
import io.virtmover.controller.Keys;
import io.virtmover.controller.callback.MoverReports;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.config.ControllerConfig.Backup.QuiesceMode;
import io.virtmover.controller.kubevirt.BackupSource;
import io.virtmover.controller.kubevirt.KubeVirt;
import io.virtmover.controller.kubevirt.NewBackup;
import io.virtmover.controller.location.Locations;
import io.virtmover.controller.mover.MoverFiles;
import io.virtmover.controller.mover.MoverJobs;
import io.virtmover.controller.mover.MoverOrder;
import io.virtmover.controller.mover.Owned;
import io.virtmover.controller.queue.Slots;
import io.virtmover.controller.report.Change;
import io.virtmover.controller.report.Ending;
import io.virtmover.controller.report.Events;
import io.virtmover.controller.report.Requests;
import io.virtmover.controller.report.ToldWait;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.volume.ClaimMoves;
import io.virtmover.controller.volume.ClaimRef;
import io.virtmover.controller.volume.MoveState;
import io.virtmover.controller.watch.ApiRefusals;
import io.virtmover.controller.watch.ApiTrouble;
import io.virtmover.controller.watch.Creation;
import io.virtmover.controller.watch.OwnWork;
import io.virtmover.controller.watch.Tries;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Does the steps of DataUploads. */
@ApplicationScoped
public class Executor {
  private static final Logger LOG = Logger.getLogger(Executor.class);

  /** KubeVirt's limit is far above ours: at its end a backup counts as complete, or failed. */
  private static final int TIME_TO_LIVE = 2;

  private final KubernetesClient client;
  private final ControllerConfig config;
  private final KubeVirt kubeVirt;
  private final Locations locations;
  private final Planner planner;
  private final MoverFiles files;
  private final MoverJobs jobs;
  private final MoverReports reports;
  private final Requests requests;
  private final Events events;
  private final Slots slots;
  private final Clearing clearing;
  private final ClaimMoves moves;
  private final ExportTokens tokens;
  private final Tries tries;
  private final JobSightings sightings;
  private final TrackerMending trackers;
  private final ApiRefusals apiRefusals;
  private final Clock clock;

  Executor(
      KubernetesClient client,
      ControllerConfig config,
      KubeVirt kubeVirt,
      Locations locations,
      Planner planner,
      MoverFiles files,
      MoverJobs jobs,
      MoverReports reports,
      Requests requests,
      Events events,
      Slots slots,
      Clearing clearing,
      ClaimMoves moves,
      ExportTokens tokens,
      Tries tries,
      JobSightings sightings,
      TrackerMending trackers,
      ApiRefusals apiRefusals,
      Clock clock) {
    this.client = client;
    this.config = config;
    this.kubeVirt = kubeVirt;
    this.locations = locations;
    this.planner = planner;
    this.files = files;
    this.jobs = jobs;
    this.reports = reports;
    this.requests = requests;
    this.events = events;
    this.slots = slots;
    this.clearing = clearing;
    this.moves = moves;
    this.tokens = tokens;
    this.tries = tries;
    this.sightings = sightings;
    this.trackers = trackers;
    this.apiRefusals = apiRefusals;
    this.clock = clock;
  }

  /**
   * Does the steps in their order.
   *
   * @return when to look again, where no watch tells; empty: when something changes
   */
  Optional<Duration> run(Observation seen, List<Step> steps, UploadSources sources) {
    Optional<Duration> recheck = Optional.empty();
    for (var step : steps) {
      switch (step) {
        case Step.Write(var change) -> {
          if (!requests.write(seen.request(), change)) {
            return Optional.of(Duration.ofMillis(200));
          }
        }
        case Step.AskKubeVirt(var tellsWait) -> ask(seen, tellsWait);
        case Step.MoveClaim(var tells) -> moveClaim(seen, tells);
        case Step.StartMover(var backup, var plan, var export) -> {
          var outdated = planner.outdated(vm(seen.request()), plan);
          if (outdated.isPresent()) {
            return beginAnew(
                seen,
                seen.retries().asFull(outdated.get()),
                "The VM's disks have changed since the backup was planned.");
          }
          checkQuiesce(seen.request(), backup);
          startMover(
              plan.isPull()
                  ? orders(seen.request())
                      .pull(
                          backup,
                          planner.confirmed(vm(seen.request()), plan),
                          export.orElseThrow(),
                          tokens.get(backup.name()))
                  : orders(seen.request()).push(backup, plan));
        }
        case Step.MakeTracker(var name) -> kubeVirt.remakeTracker(vm(seen.request()), name);
        case Step.MendTracker(var name) -> mendTracker(seen, name);
        case Step.DeleteBackup() ->
            seen.backup().ifPresent(own -> clearing.end(vm(seen.request()), own));
        case Step.ClearEarlier() -> clearing.run(seen, sources, name -> !name.equals(name(seen)));
        case Step.CleanUp() -> clearing.run(seen, sources, _ -> true);
        case Step.GiveUpSlot() -> slots.release(seen.request().getMetadata().getUid());
        case Step.GiveBack() -> {
          if (!isGivenBack(seen)) {
            return Optional.of(Duration.ofSeconds(2));
          }
        }
        case Step.EndUploads() -> {
          if (clearing.endUploads(seen.request())) {
            return Optional.of(Duration.ofMillis(200));
          }
        }
        case Step.LetGo() -> clearing.letGo(seen, sources);
        case Step.Release() -> {
          slots.release(seen.request().getMetadata().getUid());
          Observer.names(seen.request()).forEach(reports::forget);
          Observer.names(seen.request()).forEach(tries::forget);
          Observer.names(seen.request()).forEach(sightings::forget);
        }
        case Step.Tell(var isWarning, var reason, var message) ->
            tell(seen.request(), isWarning, reason, message);
        case Step.Recheck(var after) -> recheck = Optional.of(after);
      }
    }
    return recheck;
  }

  /**
   * What does not go within the time for that, or may not be deleted for longer than a right may be
   * missing by mistake, is left and told.
   */
  private boolean isGivenBack(Observation seen) {
    try {
      var rest = clearing.giveBack(seen.request());
      if (rest.isEmpty()) {
        return true;
      }
      if (!isLate(seen)) {
        return false;
      }
      leave(seen, Decision.stillThere(String.join(", ", rest)));
    } catch (KubernetesClientException e) {
      var denied = apiRefusals.end(name(seen), e, clock.instant());
      if (denied.isEmpty() && !isLate(seen)) {
        throw e;
      }
      leave(seen, denied.map(Throwable::getMessage).orElseGet(() -> ApiTrouble.refusal(e)));
    }
    return true;
  }

  /** Notes that giving back is not done, and tells whether it has taken longer than it may. */
  private boolean isLate(Observation seen) {
    var now = clock.instant();
    tries.tried(name(seen), OwnWork.GIVE_BACK, now, now);
    return seen.tried()
        .getOrDefault(OwnWork.GIVE_BACK, now)
        .plus(config.timeouts().cleanup())
        .isBefore(now);
  }

  private void leave(Observation seen, String why) {
    clearing.leave(seen.request());
    tell(seen.request(), true, "CleanUpFailed", why);
  }

  /** Ends a request that cannot be served; what belongs to it is taken away afterwards. */
  Optional<Duration> fail(DataUpload request, VirtMoverException failure) {
    var why = failure.getMessage();
    try {
      if (requests.write(
          request, Change.to(TransferPhase.FAILED, why).ending(Ending.of(failure.kind())))) {
        tell(request, true, "BackupFailed", why);
      }
    } catch (KubernetesClientException e) {
      unwritten(request, e);
    }
    return Optional.of(Duration.ofSeconds(5));
  }

  private static void unwritten(DataUpload request, KubernetesClientException e) {
    LOG.warnf(
        "DataUpload %s could not be written: %s", request.getMetadata().getName(), e.getMessage());
  }

  /** Tells what a request waits for that cannot begin; else the log has it alone. */
  void tellWait(DataUpload request, ToldWait wait, String why) {
    try {
      var _ =
          requests.write(request, Change.to(TransferPhase.ACCEPTED, wait.message(request, why)));
    } catch (KubernetesClientException e) {
      unwritten(request, e);
    }
  }

  /** Ends this try, unless it is the last one: then it is the request that ends. */
  private Optional<Duration> beginAnew(Observation seen, Retries next, String why) {
    if (seen.retries().isLast()) {
      throw new VirtMoverException(FailureKind.CONFLICT, why);
    }
    var change =
        Change.to(TransferPhase.ACCEPTED, UploadWords.beginsAnew(why))
            .annotated(Keys.RETRIES, next.text());
    if (requests.write(seen.request(), change)) {
      tell(seen.request(), true, "BackupRetried", why);
    }
    return Optional.of(Duration.ofMillis(200));
  }

  private void checkQuiesce(DataUpload request, VmBackup backup) {
    if (config.backup().quiesce() == QuiesceMode.OFF || !isUnfrozen(request, backup)) {
      return;
    }
    var what = "The guest's file systems could not be frozen";
    switch (config.backup().quiesce()) {
      case REQUIRED ->
          throw new VirtMoverException(
              FailureKind.CORRUPT_SOURCE,
              what + ", and the setting backup.quiesce requires it; look at the guest agent.");
      case AUTO ->
          tell(
              request,
              true,
              "QuiesceFailed",
              what + "; the backup is what a power failure would leave.");
      case OFF -> {}
    }
  }

  /** KubeVirt 1.8 has no condition for it. */
  private boolean isUnfrozen(DataUpload request, VmBackup backup) {
    return switch (backup.quiesce()) {
      case FAILED -> true;
      case UNKNOWN ->
          kubeVirt
              .instance(vm(request))
              .filter(instance -> instance.isUnfrozenFor(backup.name()))
              .isPresent();
      case SUCCEEDED, SKIPPED -> false;
    };
  }

  private static String name(Observation seen) {
    return Observer.name(seen.request(), seen.retries());
  }

  private void ask(Observation seen, boolean tellsWait) {
    var request = seen.request();
    var vm = vm(request);
    var _ = backupName(request);
    if (!seen.hasLeftovers() && seen.tried().containsKey(OwnWork.BE_ANSWERED)) {
      // What was cut off the last time had no effect: there may be others who can begin.
      slots.stepBack(request.getMetadata().getUid());
    }
    // The location is read when it is its turn: one that waits asks for that each minute.
    if (!slots.take(request, locationName(request), node(vm))) {
      tries.pause(name(seen), clock.instant());
      if (tellsWait && request.told().isEmpty()) {
        // Its node has no room, or others were before it who came together with it.
        var _ = requests.write(request, Change.to(TransferPhase.ACCEPTED, Turn.CROWDED));
      }
      return;
    }
    Optional<Planner.Planned> begun;
    try {
      begun = begun(seen, vm);
    } catch (RuntimeException e) {
      if (isNothingMade(seen, e)) {
        // It must not keep others from their turn while it waits; they may have room, too.
        slots.stepBack(request.getMetadata().getUid());
      }
      throw e;
    }
    begun.ifPresent(planned -> goOn(seen, vm, planned));
    tries.done(name(seen), OwnWork.BE_ANSWERED);
  }

  /** Plans, and makes the claim: the first object, by which a request keeps its slot. */
  private Optional<Planner.Planned> begun(Observation seen, VmRef vm) {
    var name = name(seen);
    var found = planned(seen, vm, name);
    tries.done(name, OwnWork.READ_BUCKET);
    found.ifPresent(
        planned -> createUnlessThere(claim(seen.request(), vm, name, planned.claimBytes())));
    return found;
  }

  /** Of one that could not begin. Whether what was cut off had its effect, only a look tells. */
  static boolean isNothingMade(Observation seen, RuntimeException failure) {
    var isCutOff =
        failure instanceof KubernetesClientException refusal
            && (refusal.getCode() < HttpURLConnection.HTTP_BAD_REQUEST
                || refusal.getCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR);
    return !seen.hasLeftovers() && !isCutOff;
  }

  private void goOn(Observation seen, VmRef vm, Planner.Planned planned) {
    var request = seen.request();
    var name = name(seen);
    var plan = planned.plan();
    if (plan.isPull()) {
      tokens.make(request, vm, name);
    }
    var metadata = Owned.by(request, vm.namespace(), name);
    var annotations = new LinkedHashMap<>(metadata.getAnnotations());
    annotations.put(Keys.PLAN, plan.text());
    metadata.setAnnotations(annotations);
    kubeVirt.makeBackup(
        new NewBackup(
            metadata,
            plan.tracker(),
            name,
            plan.isPull() ? Optional.of(name) : Optional.empty(),
            config.timeouts().total().multipliedBy(TIME_TO_LIVE),
            plan.isFull(),
            config.backup().quiesce() != QuiesceMode.OFF));
    plan.reason()
        .ifPresent(
            reason ->
                tell(
                    request,
                    false,
                    "FullBackup",
                    "The backup is a full (%s): %s.".formatted(reason.spelling(), planned.why())));
  }

  /** What is to be made; empty when nothing is to be made now. */
  private Optional<Planner.Planned> planned(Observation seen, VmRef vm, String name) {
    var request = seen.request();
    var location = locations.find(locationName(request));
    if (location.isReadOnly()) {
      throw invalid(
          "BackupStorageLocation %s is ReadOnly; nothing is written to it."
              .formatted(location.name()));
    }
    if (kubeVirt.hasBackup(vm.namespace(), name)) {
      return Optional.empty();
    }
    if (moves.hasBegun(request, from(vm, name), to(name))) {
      // What was pushed before would be taken for what is pushed now.
      var _ =
          beginAnew(
              seen,
              seen.retries().again(),
              "The VirtualMachineBackup was deleted before its data was read.");
      return Optional.empty();
    }
    return Optional.of(planner.plan(request, vm, location, seen.retries()));
  }

  /** The reads load the node that the VM runs on. */
  private String node(VmRef vm) {
    return config.limits().node() > 0 ? kubeVirt.node(vm).orElse("") : "";
  }

  private PersistentVolumeClaim claim(DataUpload request, VmRef vm, String name, long bytes) {
    return new PersistentVolumeClaimBuilder()
        .withMetadata(Owned.by(request, vm.namespace(), name))
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName(config.backup().storageClass().orElse(null))
        .withVolumeMode("Filesystem")
        .withNewResources()
        .withRequests(Map.of("storage", new Quantity(Long.toString(bytes))))
        .endResources()
        .endSpec()
        .build();
  }

  private void startMover(MoverOrder order) {
    var secret = files.secret(order);
    createUnlessThere(secret);
    // One with the token alone may have been there.
    client
        .resource(secret)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            client
                .getKubernetesSerialization()
                .asJson(Map.of("stringData", secret.getStringData())));
    createUnlessThere(jobs.job(order));
  }

  private void mendTracker(Observation seen, String name) {
    var request = seen.request();
    if (trackers.mend(vm(request), name(seen), new BackupSource(true, name))) {
      tell(request, true, "TrackerMade", UploadWords.trackerMade(name));
    }
  }

  /** KubeVirt's claim becomes one of the same name beside the mover. */
  private void moveClaim(Observation seen, boolean tells) {
    var name = name(seen);
    switch (moves.advanceToOwn(seen.request(), from(vm(seen.request()), name), to(name))) {
      case MoveState.Done() -> {}
      case MoveState.Waiting(var why) -> {
        if (tells) {
          var change = Change.to(TransferPhase.ACCEPTED, UploadWords.awaitsFiles(why));
          var _ = requests.write(seen.request(), change);
        }
      }
      case MoveState.Failed(var why) ->
          throw new VirtMoverException(
              FailureKind.CONFLICT, "KubeVirt's files cannot be brought to the mover: " + why);
    }
  }

  private static ClaimRef from(VmRef vm, String name) {
    return new ClaimRef(vm.namespace(), name);
  }

  private ClaimRef to(String name) {
    return new ClaimRef(config.namespace(), name);
  }

  private MoverOrders orders(DataUpload request) {
    return new MoverOrders(
        request, vm(request), backupName(request), locations.find(locationName(request)));
  }

  private void createUnlessThere(HasMetadata object) {
    Creation.unlessThere(client.resource(object));
  }

  private void tell(DataUpload request, boolean isWarning, String reason, String message) {
    events.tell(request, isWarning, reason, message);
    UploadWords.vm(request)
        .flatMap(kubeVirt::reference)
        .ifPresent(vm -> events.tell(vm, isWarning, reason, message));
  }

  private static VmRef vm(DataUpload request) {
    return UploadWords.vm(request)
        .orElseThrow(
            () ->
                invalid(
                    "The DataUpload names no VM: the annotation %s is not there. VirtMover backs up whole VMs; let its Velero plugin make the DataUpload, and do not set it as the data mover of CSI snapshots."
                        .formatted(Keys.VM_NAME)));
  }

  private static BackupName backupName(DataUpload request) {
    return UploadWords.backup(request)
        .orElseThrow(
            () ->
                invalid(
                    "The DataUpload has no label %s with the backup's name."
                        .formatted(Keys.BACKUP)));
  }

  private static String locationName(DataUpload request) {
    return UploadWords.location(request)
        .orElseThrow(() -> invalid("The DataUpload names no backup storage location."));
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
