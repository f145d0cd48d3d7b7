// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.callback.MoverReports;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.mover.MoverReading;
import io.virtmover.controller.mover.MoverRefusals;
import io.virtmover.controller.mover.MoverState;
import io.virtmover.controller.queue.Slots;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.volume.ClaimMoves;
import io.virtmover.controller.volume.ClaimRef;
import io.virtmover.controller.watch.OwnWork;
import io.virtmover.controller.watch.Tries;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Looks at a DataDownload, and answers what its classification asks. */
@ApplicationScoped
class Observer {
  private final KubernetesClient client;
  private final ControllerConfig config;
  private final Slots slots;
  private final DiskLookup disks;
  private final ClaimMoves moves;
  private final Cleaner cleaner;
  private final VmStarts vms;
  private final MoverReports reports;
  private final MoverRefusals refusals;
  private final Tries tries;

  Observer(
      KubernetesClient client,
      ControllerConfig config,
      Slots slots,
      DiskLookup disks,
      ClaimMoves moves,
      Cleaner cleaner,
      VmStarts vms,
      MoverReports reports,
      MoverRefusals refusals,
      Tries tries) {
    this.client = client;
    this.config = config;
    this.slots = slots;
    this.disks = disks;
    this.moves = moves;
    this.cleaner = cleaner;
    this.vms = vms;
    this.reports = reports;
    this.refusals = refusals;
    this.tries = tries;
  }

  Observation observe(DataDownload request, Sources sources, Instant now) {
    var isMoving = sources.isMoving(request);
    var isOpen = !request.phase().isFinal() && request.hasOurFinalizer();
    // What is only to be stopped is stopped whatever may not be looked at.
    var isGoing = isOpen && !request.isDeleting() && !request.isCancelWanted();
    var watched = sources.jobs().of(request).stream().findFirst();
    var job = isGoing && !isMoving ? watched.or(() -> asked(request)) : watched;
    var hasClaim = !sources.claims().of(request).isEmpty();
    if (isOpen && (job.isPresent() || hasClaim || isMoving)) {
      keep(request);
    }
    return Observation.of(
        request,
        isGoing && job.isEmpty() && !isMoving ? target(request) : Optional.empty(),
        mover(request, job, sources.pods().of(request), now),
        hasClaim,
        isMoving,
        tries.of(RestoreObjects.name(request), now));
  }

  private MoverState mover(DataDownload request, Optional<Job> job, List<Pod> pods, Instant now) {
    var name = RestoreObjects.name(request);
    return refusals.explain(MoverReading.of(job, pods, reports.of(name), now), name, pods, now);
  }

  /** A restore loads the node of its mover, which Kubernetes chooses. */
  void keep(DataDownload request) {
    slots.keep(request, location(request), () -> "");
  }

  /**
   * What is watched can be behind what we have written ourselves. A volume on its way needs none.
   */
  private Optional<Job> asked(DataDownload request) {
    return request.phase() == TransferPhase.PREPARED || request.phase() == TransferPhase.IN_PROGRESS
        ? Optional.ofNullable(
            client
                .batch()
                .v1()
                .jobs()
                .inNamespace(config.namespace())
                .withName(RestoreObjects.name(request))
                .get())
        : Optional.empty();
  }

  private Optional<PersistentVolumeClaim> target(DataDownload request) {
    var target = request.getSpec().targetVolume();
    if (target == null || target.pvc() == null || target.namespace() == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(
        client
            .persistentVolumeClaims()
            .inNamespace(target.namespace())
            .withName(target.pvc())
            .get());
  }

  /** The observation with the answer to a question; some answers are a step forward. */
  Observation answer(Observation seen, State.Question question) {
    var request = seen.request();
    return switch (question) {
      case State.WhoseTurn() -> seen.withTurn(isTurn(seen));
      case State.WhichDisk(var source) ->
          seen.withDisk(disks.find(location(request), source, to(request).name()));
      case State.HowFar() -> seen.withMove(moves.advance(request, from(request), to(request)));
      case State.WhatIsLeft() -> seen.withLeftovers(cleaner.cleanUp(request));
      case State.WhichVm() -> seen.withVmStart(vms.start(request));
    };
  }

  private boolean isTurn(Observation seen) {
    var request = seen.request();
    if (!seen.hasClaim()
        && (seen.tried().containsKey(OwnWork.BE_ANSWERED)
            || seen.tried().containsKey(OwnWork.MAKE_OBJECTS))) {
      // What was refused or cut off the last time had no effect: others may be able to begin.
      slots.stepBack(request.getMetadata().getUid());
    }
    return slots.take(request, location(request), "");
  }

  private static String location(DataDownload request) {
    return Objects.requireNonNullElse(request.getSpec().backupStorageLocation(), "");
  }

  private ClaimRef from(DataDownload request) {
    return new ClaimRef(config.namespace(), RestoreObjects.name(request));
  }

  private static ClaimRef to(DataDownload request) {
    var target = Objects.requireNonNull(request.getSpec().targetVolume());
    return new ClaimRef(
        Objects.requireNonNull(target.namespace()), Objects.requireNonNull(target.pvc()));
  }
}
