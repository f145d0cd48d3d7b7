// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.virtmover.controller.Keys;
import io.virtmover.controller.callback.MoverReports;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.kubevirt.KubeVirt;
import io.virtmover.controller.leadership.Leadership;
import io.virtmover.controller.metrics.Direction;
import io.virtmover.controller.metrics.LastSuccess;
import io.virtmover.controller.metrics.QueueMetrics;
import io.virtmover.controller.mover.MoverRefusals;
import io.virtmover.controller.queue.Slots;
import io.virtmover.controller.queue.Turns;
import io.virtmover.controller.report.LogContext;
import io.virtmover.controller.report.ToldWait;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.watch.ApiRefusals;
import io.virtmover.controller.watch.ApiTrouble;
import io.virtmover.controller.watch.KnownRequests;
import io.virtmover.controller.watch.OwnWork;
import io.virtmover.controller.watch.Served;
import io.virtmover.controller.watch.Tries;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Serves DataUploads: observes, classifies, decides, acts. */
@ControllerConfiguration(
    name = "dataupload",
    informer = @Informer(name = "DataUpload", genericFilter = Served.class),
    finalizerName = Keys.FINALIZER,
    generationAwareEventProcessing = false,
    maxReconciliationInterval = @MaxReconciliationInterval(interval = 10))
public final class UploadReconciler implements Reconciler<DataUpload>, Cleaner<DataUpload> {
  private static final Logger LOG = Logger.getLogger(UploadReconciler.class);
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(5);

  private final ControllerConfig config;
  private final KubeVirt kubeVirt;
  private final MoverReports reports;
  private final MoverRefusals refusals;
  private final Executor executor;
  private final Clearing clearing;
  private final Slots slots;
  private final KnownRequests known;
  private final Leadership leadership;
  private final QueueMetrics queueMetrics;
  private final LastSuccess lastSuccess;
  private final Tries tries;
  private final ApiRefusals apiRefusals;
  private final JobSightings sightings;
  private final ExportTokens tokens;
  private final Clock clock;
  private @Nullable UploadSources sources;

  UploadReconciler(
      ControllerConfig config,
      KubeVirt kubeVirt,
      MoverReports reports,
      MoverRefusals refusals,
      Executor executor,
      Clearing clearing,
      Slots slots,
      KnownRequests known,
      Leadership leadership,
      QueueMetrics queueMetrics,
      LastSuccess lastSuccess,
      Tries tries,
      ApiRefusals apiRefusals,
      JobSightings sightings,
      ExportTokens tokens,
      Clock clock) {
    this.config = config;
    this.kubeVirt = kubeVirt;
    this.reports = reports;
    this.refusals = refusals;
    this.executor = executor;
    this.clearing = clearing;
    this.slots = slots;
    this.known = known;
    this.leadership = leadership;
    this.queueMetrics = queueMetrics;
    this.lastSuccess = lastSuccess;
    this.tries = tries;
    this.apiRefusals = apiRefusals;
    this.sightings = sightings;
    this.tokens = tokens;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, DataUpload>> prepareEventSources(
      EventSourceContext<DataUpload> context) {
    var turns = new Turns<>(slots, DataUpload.class, config.namespace(), this::forget);
    var watched = new UploadSources(context, turns, config.namespace());
    sources = watched;
    known.add(DataUpload.class, context.getPrimaryCache(), new UploadGlances(watched, reports)::of);
    slots.count(() -> watched.withObjects().forEach(this::keep));
    queueMetrics.countMovers(Direction.UPLOAD, watched::runningMovers);
    lastSuccess.follow(watched::successes);
    return watched.all();
  }

  private void forget(DataUpload gone) {
    Observer.names(gone).forEach(reports::forget);
    Observer.names(gone).forEach(tries::forget);
    Observer.names(gone).forEach(sightings::forget);
    clearing.forget(gone);
  }

  @Override
  public UpdateControl<DataUpload> reconcile(DataUpload request, Context<DataUpload> context) {
    var control = UpdateControl.<DataUpload>noUpdate();
    return serve(request).map(control::rescheduleAfter).orElse(control);
  }

  /**
   * A request that is being deleted is stopped, and cleaned up behind, like one that is canceled.
   */
  @Override
  public DeleteControl cleanup(DataUpload request, Context<DataUpload> context) {
    var control = DeleteControl.noFinalizerRemoval();
    serve(request).ifPresent(after -> control.rescheduleAfter(after.toMillis()));
    return control;
  }

  private Optional<Duration> serve(DataUpload request) {
    try (var _ = LogContext.of(request, attempt(request))) {
      return leadership.act(() -> passed(request));
    }
  }

  /** One that was deleted meanwhile gave its slot back, perhaps before this pass took it. */
  private Optional<Duration> passed(DataUpload request) {
    var after = tried(request);
    if (known.has(request)) {
      return after;
    }
    Objects.requireNonNull(sources).forget(request);
    return Optional.empty();
  }

  /** Whatever happens, the request is looked at again: by then a deadline may have ended it. */
  private Optional<Duration> tried(DataUpload request) {
    var begin = clock.instant();
    try {
      return advance(request);
    } catch (KubernetesClientException e) {
      return apiRefusals
          .end(attempt(request), e, clock.instant())
          .filter(_ -> !isEnding(request))
          .map(failure -> trouble(request, failure))
          .orElseGet(() -> unanswered(request, ApiTrouble.of(e), begin));
    } catch (VirtMoverException e) {
      return trouble(request, e);
    } catch (RuntimeException e) {
      LOG.warnf(e, "Could not go on with DataUpload %s.", request.getMetadata().getName());
      return Optional.of(AFTER_TROUBLE);
    }
  }

  /**
   * What is being stopped is cleaned up behind within a time of its own; and a backup that is in
   * the bucket is not called failed for what it still needs.
   */
  private boolean isEnding(DataUpload request) {
    return request.isDeleting()
        || request.isCancelWanted()
        || request.phase() == TransferPhase.CANCELING
        || reports
            .of(attempt(request))
            .end()
            .filter(Outcome.Completed.class::isInstance)
            .isPresent()
        || observer().isPublished(request, clock.instant());
  }

  private Observer observer() {
    return new Observer(
        watched(),
        slots,
        kubeVirt,
        reports,
        refusals,
        tries,
        sightings,
        tokens,
        config.namespace());
  }

  private UploadSources watched() {
    return Objects.requireNonNull(sources, "nothing is watched yet");
  }

  private Optional<Duration> advance(DataUpload request) {
    var watched = watched();
    var now = clock.instant();
    var seen = observer().observe(request, now);
    if (seen.hasLeftovers()) {
      keep(request);
    }
    if (seen.earlier().isEmpty()) {
      tries.done(attempt(seen), OwnWork.CLEAR_EARLIER);
    }
    if (request.phase().isFinal()) {
      watched.wakeOthers(request);
    }
    var state = Classifier.classify(seen, deadlines(), now);
    try {
      var after = run(seen, state, watched, now);
      if (!(state instanceof UploadState.NeedsBackup)) {
        // What may only have waited for its turn has made nothing; else nothing was refused.
        tries.done(attempt(seen), OwnWork.BE_ANSWERED);
        tries.done(attempt(seen), OwnWork.MAKE_OBJECTS);
        apiRefusals.none(attempt(seen));
      }
      return after;
    } catch (VirtMoverException e) {
      if (state instanceof UploadState.NeedsBackup && e.kind() == FailureKind.UNAVAILABLE) {
        warn(request, e);
        return run(seen, Classifier.unread(seen, e.getMessage(), deadlines(), now), watched, now);
      }
      throw e;
    } catch (KubernetesClientException e) {
      if (state instanceof UploadState.NeedsCommit || state instanceof UploadState.Succeeded) {
        return again(request, ApiTrouble.of(e));
      }
      if (request.phase().isFinal() || !ApiTrouble.isLackOfRoom(e)) {
        throw e;
      }
      var refused = Classifier.refused(seen, ApiTrouble.words(e), deadlines(), now);
      return run(seen, refused, watched, now);
    }
  }

  private Optional<Duration> run(
      Observation seen, UploadState state, UploadSources watched, Instant now) {
    state.work().ifPresent(work -> tries.tried(attempt(seen), work, now, clock.instant()));
    return executor.run(seen, Decision.decide(seen, state), watched);
  }

  private Deadlines deadlines() {
    return Deadlines.of(config.timeouts(), Math.max(0, slots.taken() - 1));
  }

  private static String attempt(DataUpload request) {
    return Observer.name(request, Retries.of(request));
  }

  private static String attempt(Observation seen) {
    return Observer.name(seen.request(), seen.retries());
  }

  private void keep(DataUpload request) {
    slots.keep(
        request,
        UploadWords.location(request).orElse(""),
        () -> UploadWords.vm(request).flatMap(kubeVirt::node).orElse(""));
  }

  /** What may pass by itself is tried again until a deadline ends it; the rest ends it now. */
  private Optional<Duration> trouble(DataUpload request, VirtMoverException e) {
    var after = again(request, e);
    return e.kind() == FailureKind.UNAVAILABLE || request.phase().isFinal()
        ? after
        : executor.fail(request, e);
  }

  /**
   * Kubernetes does not do what is needed, and may yet: that is told when it takes longer than
   * usual.
   *
   * @param begin of the pass: it can have taken long
   */
  private Optional<Duration> unanswered(DataUpload request, VirtMoverException e, Instant begin) {
    var again = again(request, e);
    if (e.kind() != FailureKind.UNAVAILABLE
        || request.phase() != TransferPhase.ACCEPTED
        || isEnding(request)) {
      return again;
    }
    var now = clock.instant();
    var since = tries.triedSince(attempt(request), OwnWork.BE_ANSWERED, begin, now);
    if (now.isAfter(since.plus(deadlines().patience()))) {
      executor.tellWait(request, ToldWait.KUBERNETES, e.getMessage());
    }
    return again;
  }

  private static Optional<Duration> again(DataUpload request, VirtMoverException e) {
    warn(request, e);
    return Optional.of(AFTER_TROUBLE);
  }

  private static void warn(DataUpload request, VirtMoverException e) {
    LOG.warnf("DataUpload %s: %s", request.getMetadata().getName(), e.getMessage());
  }
}
