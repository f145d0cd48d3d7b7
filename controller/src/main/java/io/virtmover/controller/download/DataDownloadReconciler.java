// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.virtmover.controller.Keys;
import io.virtmover.controller.callback.MoverReports;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.leadership.Leadership;
import io.virtmover.controller.metrics.Direction;
import io.virtmover.controller.metrics.QueueMetrics;
import io.virtmover.controller.queue.Slots;
import io.virtmover.controller.queue.Turns;
import io.virtmover.controller.report.LogContext;
import io.virtmover.controller.report.ToldWait;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.watch.ApiRefusals;
import io.virtmover.controller.watch.ApiTrouble;
import io.virtmover.controller.watch.KnownRequests;
import io.virtmover.controller.watch.OwnWork;
import io.virtmover.controller.watch.Served;
import io.virtmover.controller.watch.Tries;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Serves DataDownloads: each restores one disk onto the volume of a claim. */
@ApplicationScoped
@ControllerConfiguration(
    name = "datadownload",
    informer = @Informer(name = "DataDownload", genericFilter = Served.class),
    generationAwareEventProcessing = false,
    finalizerName = Keys.FINALIZER)
public class DataDownloadReconciler implements Reconciler<DataDownload>, Cleaner<DataDownload> {
  private static final Logger LOG = Logger.getLogger(DataDownloadReconciler.class);
  private static final Served SERVED = new Served();
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(5);

  private final ControllerConfig config;
  private final Slots slots;
  private final Observer observer;
  private final Executor executor;
  private final KnownRequests known;
  private final MoverReports reports;
  private final Leadership leadership;
  private final QueueMetrics queueMetrics;
  private final Tries tries;
  private final ApiRefusals apiRefusals;
  private final Clock clock;
  private volatile @Nullable Sources sources;
  private volatile @Nullable Turns<DataDownload> turns;

  DataDownloadReconciler(
      ControllerConfig config,
      Slots slots,
      Observer observer,
      Executor executor,
      KnownRequests known,
      MoverReports reports,
      Leadership leadership,
      QueueMetrics queueMetrics,
      Tries tries,
      ApiRefusals apiRefusals,
      Clock clock) {
    this.config = config;
    this.slots = slots;
    this.observer = observer;
    this.executor = executor;
    this.known = known;
    this.reports = reports;
    this.leadership = leadership;
    this.queueMetrics = queueMetrics;
    this.tries = tries;
    this.apiRefusals = apiRefusals;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, DataDownload>> prepareEventSources(
      EventSourceContext<DataDownload> context) {
    var watched = Sources.of(config.namespace(), context);
    sources = watched;
    known.add(
        DataDownload.class,
        context.getPrimaryCache(),
        request -> DownloadGlances.of(request, reports));
    var waiting = new Turns<>(slots, DataDownload.class, config.namespace(), this::forget);
    turns = waiting;
    var requests = context.getPrimaryCache();
    slots.count(
        () ->
            requests
                .list(config.namespace(), request -> isRunning(request, watched))
                .forEach(observer::keep));
    queueMetrics.countMovers(Direction.DOWNLOAD, watched::runningMovers);
    return Stream.concat(watched.all().stream(), Stream.of(waiting)).toList();
  }

  private void forget(DataDownload gone) {
    var attempt = RestoreObjects.name(gone);
    reports.forget(attempt);
    tries.forget(attempt);
  }

  private static boolean isRunning(DataDownload request, Sources watched) {
    return !request.phase().isFinal()
        && request.hasOurFinalizer()
        && SERVED.accept(request)
        && watched.hasObjects(request);
  }

  @Override
  public UpdateControl<DataDownload> reconcile(
      DataDownload request, Context<DataDownload> context) {
    return serve(request)
        .map(UpdateControl.<DataDownload>noUpdate()::rescheduleAfter)
        .orElseGet(UpdateControl::noUpdate);
  }

  /**
   * A request that is being deleted is stopped, and cleaned up behind, like one that is canceled.
   */
  @Override
  public DeleteControl cleanup(DataDownload request, Context<DataDownload> context) {
    var control = DeleteControl.noFinalizerRemoval();
    serve(request).ifPresent(after -> control.rescheduleAfter(after.toMillis()));
    return control;
  }

  private Optional<Duration> serve(DataDownload request) {
    try (var _ = LogContext.of(request, RestoreObjects.name(request))) {
      return leadership.act(() -> passed(request));
    }
  }

  /** One that was deleted meanwhile gave its slot back, perhaps before this pass took it. */
  private Optional<Duration> passed(DataDownload request) {
    var after = tried(request);
    if (known.has(request)) {
      return after;
    }
    Objects.requireNonNull(turns).onResourceDeleted(request);
    return Optional.empty();
  }

  /**
   * What may pass, and what surprises us, is tried again for as long as the request may take; what
   * the API server refuses for good ends it now.
   */
  private Optional<Duration> tried(DataDownload request) {
    var begin = clock.instant();
    try {
      return advance(request);
    } catch (KubernetesClientException e) {
      return apiRefusals
          .end(RestoreObjects.name(request), e, clock.instant())
          .filter(_ -> !isEnding(request))
          .map(failure -> fail(request, failure))
          .orElseGet(() -> unanswered(request, ApiTrouble.of(e), begin));
    } catch (RuntimeException e) {
      LOG.warnf(e, "Could not go on with DataDownload %s.", request.getMetadata().getName());
      return Optional.of(AFTER_TROUBLE);
    }
  }

  /**
   * What is being stopped, or has ended, is cleaned up behind, within a time of its own; and a disk
   * that is written is not thrown away for what it still needs.
   */
  private boolean isEnding(DataDownload request) {
    return request.phase().isFinal()
        || request.isDeleting()
        || request.isCancelWanted()
        || isWritten(request, Objects.requireNonNull(sources));
  }

  /** Of what the mover was asked for, nothing is left when the target has the volume. */
  private static boolean isWritten(DataDownload request, Sources watched) {
    return watched.isMoving(request)
        || (request.phase() == TransferPhase.IN_PROGRESS && !watched.hasObjects(request));
  }

  private Optional<Duration> fail(DataDownload request, VirtMoverException failure) {
    return act(request, new State.Failed(failure.getMessage(), failure.kind()));
  }

  /** Where it cannot be written, that is tried again. */
  private Optional<Duration> act(DataDownload request, State state) {
    try {
      return executor
          .run(request, Decision.decide(request, state))
          .or(() -> Optional.of(AFTER_TROUBLE));
    } catch (KubernetesClientException e) {
      return again(request, "its status could not be written: " + ApiTrouble.words(e));
    }
  }

  /**
   * Kubernetes does not do what is needed, and may yet: that is told when it takes longer than
   * usual.
   *
   * @param begin of the pass: it can have taken long
   */
  private Optional<Duration> unanswered(DataDownload request, VirtMoverException e, Instant begin) {
    var again = again(request, e.getMessage());
    if (e.kind() != FailureKind.UNAVAILABLE
        || request.phase() != TransferPhase.ACCEPTED
        || isEnding(request)) {
      return again;
    }
    var now = clock.instant();
    var since = tries.triedSince(RestoreObjects.name(request), OwnWork.BE_ANSWERED, begin, now);
    return now.isAfter(since.plus(ToldWait.USUAL))
        ? act(
            request,
            new State.Waiting(
                TransferPhase.ACCEPTED,
                ToldWait.KUBERNETES.message(request, e.getMessage()),
                AFTER_TROUBLE))
        : again;
  }

  private static Optional<Duration> again(DataDownload request, String why) {
    LOG.warnf("DataDownload %s: %s", request.getMetadata().getName(), why);
    return Optional.of(AFTER_TROUBLE);
  }

  private Optional<Duration> advance(DataDownload request) {
    var begin = clock.instant();
    var attempt = RestoreObjects.name(request);
    var seen = observer.observe(request, Objects.requireNonNull(sources), begin);
    var state = Classification.classify(seen, config.timeouts(), clock.instant());
    while (state instanceof State.Question question) {
      seen = observer.answer(seen, question);
      state = Classification.classify(seen, config.timeouts(), clock.instant());
    }
    if (seen.answers().hasDisk()) {
      tries.done(attempt, OwnWork.READ_BUCKET);
    }
    try {
      var after = run(request, state, begin);
      if (state instanceof State.Ready) {
        tries.done(attempt, OwnWork.MAKE_OBJECTS);
      }
      if (seen.answers().isOthersTurn()) {
        tries.pause(attempt, clock.instant());
      } else {
        answered(attempt);
      }
      return after;
    } catch (KubernetesClientException e) {
      if (state instanceof State.HandingOver || state instanceof State.Restored) {
        // The disk is restored: that is not thrown away for what it still needs.
        return again(request, ApiTrouble.of(e).getMessage());
      }
      if (request.phase().isFinal() || !ApiTrouble.isLackOfRoom(e)) {
        throw e;
      }
      answered(attempt);
      var refused =
          Classification.refused(seen, ApiTrouble.words(e), config.timeouts(), clock.instant());
      return run(request, refused, begin);
    }
  }

  private void answered(String attempt) {
    apiRefusals.none(attempt);
    tries.done(attempt, OwnWork.BE_ANSWERED);
  }

  private Optional<Duration> run(DataDownload request, State state, Instant begin) {
    state
        .work()
        .ifPresent(work -> tries.tried(RestoreObjects.name(request), work, begin, clock.instant()));
    return executor.run(request, Decision.decide(request, state));
  }
}
