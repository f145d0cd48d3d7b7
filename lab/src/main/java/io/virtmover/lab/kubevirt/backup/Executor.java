// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.lab.kubevirt.BackupCommand;
import io.virtmover.lab.kubevirt.Fault;
import io.virtmover.lab.kubevirt.Gates;
import io.virtmover.lab.kubevirt.SubresourceException;
import io.virtmover.lab.kubevirt.VmiKey;
import io.virtmover.lab.kubevirt.VmiSubresources;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.JsonPatch;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.control.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs the steps of one pass. Thin: what to do was decided before. */
final class Executor {
  private static final String REFUSED_BY_FAULT =
      "virError(Code=1, Domain=10, Message='internal error: missing or broken bitmap')";

  private final KubeObjects objects;
  private final ResourceDefinitionContext exportKind;
  private final Model model;
  private final Supplier<Gates> gates;
  private final VmiSubresources subresources;
  private final BackupEvents events;
  private final StatusWriter writer;

  Executor(
      KubeObjects objects,
      ResourceDefinitionContext exportKind,
      Model model,
      Supplier<Gates> gates,
      VmiSubresources subresources,
      BackupEvents events,
      StatusWriter writer) {
    this.objects = objects;
    this.exportKind = exportKind;
    this.model = model;
    this.gates = gates;
    this.subresources = subresources;
    this.events = events;
    this.writer = writer;
  }

  /** A step that cannot be done ends the pass; the next one starts from what is there then. */
  Outcome run(List<Step> steps, Scene scene, Observation seen) {
    var pass = new Pass(scene, seen);
    try {
      for (var step : steps) {
        if (step instanceof Step.LookAgain(var reason)) {
          return new Outcome.Retry(reason);
        }
        run(step, pass);
      }
      return new Outcome.Done();
    } catch (SubresourceException refusal) {
      return new Outcome.Retry(Launcher.wrapped(refusal));
    }
  }

  private void run(Step step, Pass pass) throws SubresourceException {
    switch (step) {
      case Step.AddFinalizer() -> addFinalizer(pass);
      case Step.RemoveFinalizer() -> removeFinalizer(pass);
      case Step.ClaimVmi() -> claim(pass);
      case Step.ReleaseVmi() -> release(pass);
      case Step.AttachVolume() -> attach(pass);
      case Step.DetachVolume() -> detach(pass);
      case Step.Command(var command) -> send(pass, command);
      case Step.StopJob() -> stop(pass);
      case Step.CreateExport() -> createExport(pass);
      case Step.DeleteExport() -> objects.delete(exportKind, pass.key());
      case Step.AdvanceTracker() -> advance(pass);
      case Step.Report(var stage) -> writer.report(pass, stage);
      case Step.LookAgain _ -> {}
    }
  }

  /** In 1.8 the rest of the pass goes on with the old version, so its status write is refused. */
  private void addFinalizer(Pass pass) {
    var finalizers = pass.backup.getMetadata().getFinalizers();
    var patch =
        new JsonPatch()
            .test("/metadata/finalizers", finalizers.isEmpty() ? null : finalizers)
            .replace("/metadata/finalizers", List.of(BackupView.FINALIZER));
    var changed = objects.patch(Kinds.BACKUP, pass.key(), patch.operations());
    if (model != Model.A) {
      pass.backup = changed;
    }
  }

  private void removeFinalizer(Pass pass) {
    var finalizers = pass.backup.getMetadata().getFinalizers();
    var patch =
        new JsonPatch()
            .test("/metadata/finalizers", finalizers)
            .replace(
                "/metadata/finalizers",
                finalizers.stream().filter(name -> !name.equals(BackupView.FINALIZER)).toList());
    objects.patch(Kinds.BACKUP, pass.key(), patch.operations());
  }

  /** The launcher's side may have written the backup status first; then nothing is left to do. */
  private void claim(Pass pass) {
    try {
      patchVmi(pass, VmiPatches.claim(pass.seen.backup()));
    } catch (KubernetesClientException e) {
      var job =
          objects
              .find(Kinds.VMI, pass.vmiKey())
              .flatMap(vmi -> VmiView.of(vmi).job())
              .map(JobView::backupName);
      if (job.filter(name -> name.equals(pass.seen.backup().name())).isEmpty()) {
        throw e;
      }
    }
  }

  private void release(Pass pass) {
    patchVmi(pass, VmiPatches.release());
    if (pass.seen.backup().has(Fault.STATUS_CONFLICT_SOURCE_LOST)) {
      var annotations = Optional.ofNullable(pass.backup.getMetadata().getAnnotations());
      var next = new LinkedHashMap<>(annotations.orElse(Map.of()));
      next.put("lab.virtmover.io/touched", "at the wrong moment");
      objects.patch(
          Kinds.BACKUP,
          pass.key(),
          new JsonPatch().add("/metadata/annotations", next).operations());
    }
  }

  private void attach(Pass pass) {
    if (!gates.get().utilityVolumes()) {
      throw new KubernetesClientException("UtilityVolumes feature gate is not enabled");
    }
    patchVmi(pass, VmiPatches.attach(pass.seen.backup(), pass.utilityVolumes()));
  }

  private void detach(Pass pass) {
    VmiPatches.detach(pass.seen.backup(), pass.utilityVolumes())
        .ifPresent(patch -> patchVmi(pass, patch));
  }

  private void patchVmi(Pass pass, JsonPatch patch) {
    objects.patch(Kinds.VMI, pass.vmiKey(), patch.operations());
  }

  private void send(Pass pass, BackupCommand command) throws SubresourceException {
    try {
      if (command instanceof BackupCommand.Start && pass.seen.backup().has(Fault.START_REFUSED)) {
        throw new SubresourceException(400, REFUSED_BY_FAULT);
      }
      subresources.backup(new VmiKey(pass.vmiKey().namespace(), pass.vmiKey().name()), command);
    } catch (SubresourceException refusal) {
      pass.scene.vmi().ifPresent(vmi -> events.refused(vmi, String.valueOf(refusal.getMessage())));
      throw refusal;
    }
  }

  private void stop(Pass pass) {
    try {
      var backup = pass.seen.backup();
      subresources.backup(
          new VmiKey(backup.namespace(), pass.seen.vm()),
          new BackupCommand.Abort(backup.name(), backup.created()));
    } catch (SubresourceException _) {
      // the job is over: that is what was wanted
    }
  }

  private void createExport(Pass pass) {
    if (!gates.get().vmExport()) {
      throw new KubernetesClientException("VMExport feature gate not enabled");
    }
    objects.create(exportKind, ExportObjects.of(pass.seen.backup(), exportKind, pass.seen.now()));
  }

  private void advance(Pass pass) {
    var tracker = pass.seen.tracker();
    var job = pass.seen.job();
    if (tracker.isEmpty() || job.isEmpty()) {
      return;
    }
    if (tracker.get().base().equals(job.get().checkpointName())) {
      return;
    }
    var patch = TrackerPatches.advance(tracker.get(), job.get(), pass.jobStart());
    objects.patchStatus(
        Kinds.TRACKER,
        new ObjectKey(pass.key().namespace(), tracker.get().name()),
        patch.operations());
  }

  /** One pass: what was seen, and the backup as the last write left it. */
  static final class Pass {
    final Scene scene;
    final Observation seen;
    GenericKubernetesResource backup;

    Pass(Scene scene, Observation seen) {
      this.scene = scene;
      this.seen = seen;
      this.backup = scene.backup();
    }

    ObjectKey key() {
      return ObjectKey.of(backup);
    }

    ObjectKey vmiKey() {
      return new ObjectKey(backup.getMetadata().getNamespace(), seen.vm());
    }

    List<Map<?, ?>> utilityVolumes() {
      return scene.vmi().map(Fields::of).stream()
          .flatMap(vmi -> vmi.list("spec", "utilityVolumes").stream())
          .<Map<?, ?>>map(Fields::map)
          .toList();
    }

    /** The creation time of the backup whose job it is. */
    String jobStart() {
      return scene
          .vmi()
          .map(Fields::of)
          .flatMap(
              vmi -> vmi.text("status", "changedBlockTracking", "backupStatus", "startTimestamp"))
          .orElseGet(() -> seen.backup().created().toString());
    }
  }
}
