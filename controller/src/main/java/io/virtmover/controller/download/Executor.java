// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.callback.MoverReports;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.mover.MoverFiles;
import io.virtmover.controller.mover.MoverJobs;
import io.virtmover.controller.queue.Slots;
import io.virtmover.controller.report.Events;
import io.virtmover.controller.report.Requests;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.watch.Creation;
import io.virtmover.controller.watch.Tries;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Takes the steps that were decided. */
@ApplicationScoped
class Executor {
  private static final Duration AT_ONCE = Duration.ofMillis(200);

  private final KubernetesClient client;
  private final ControllerConfig config;
  private final MoverFiles files;
  private final MoverJobs jobs;
  private final Slots slots;
  private final Requests requests;
  private final Events events;
  private final Cleaner cleaner;
  private final MoverReports reports;
  private final Tries tries;

  Executor(
      KubernetesClient client,
      ControllerConfig config,
      MoverFiles files,
      MoverJobs jobs,
      Slots slots,
      Requests requests,
      Events events,
      Cleaner cleaner,
      MoverReports reports,
      Tries tries) {
    this.client = client;
    this.config = config;
    this.files = files;
    this.jobs = jobs;
    this.slots = slots;
    this.requests = requests;
    this.events = events;
    this.cleaner = cleaner;
    this.reports = reports;
    this.tries = tries;
  }

  /**
   * Takes them, up to one that somebody else's change has made pointless.
   *
   * @return when to look again without being called
   */
  Optional<Duration> run(DataDownload request, List<Step> steps) {
    var recheck = Optional.<Duration>empty();
    for (var step : steps) {
      switch (step) {
        case Step.Report(var change) -> {
          if (!requests.write(request, change)) {
            return Optional.of(AT_ONCE);
          }
        }
        case Step.Start(var plan) -> start(request, plan);
        case Step.StopMover() -> {
          var _ = cleaner.stopMover(request);
        }
        case Step.GiveUpTurn() -> {
          slots.release(request.getMetadata().getUid());
          reports.forget(RestoreObjects.name(request));
        }
        case Step.StepBack() -> slots.stepBack(request.getMetadata().getUid());
        case Step.Forget() -> tries.forget(RestoreObjects.name(request));
        case Step.Recheck(var after) -> recheck = Optional.of(after);
        case Step.Tell(var isWarning, var reason, var message) ->
            events.tell(request, isWarning, reason, message);
      }
    }
    return recheck;
  }

  private void start(DataDownload request, Plan plan) {
    var order = RestoreObjects.order(request, plan);
    create(RestoreObjects.claim(request, plan, config.namespace()));
    create(files.secret(order));
    create(jobs.job(order));
  }

  private void create(HasMetadata object) {
    Creation.unlessThere(client.resource(object));
  }
}
