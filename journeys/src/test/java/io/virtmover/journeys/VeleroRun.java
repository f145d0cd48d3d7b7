// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Fields;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A Backup or Restore of Velero's. Every wait ends by a deadline. */
final class VeleroRun {
  private static final Set<String> ENDS =
      Set.of("Completed", "PartiallyFailed", "Failed", "FailedValidation");

  /** Each takes half a minute where the store does not answer. */
  private static final int TRIES = 6;

  private final LabNamespace lab;
  private final InstalledVelero velero;
  private final ResourceDefinitionContext kind;
  private final String name;

  VeleroRun(LabNamespace lab, InstalledVelero velero, ResourceDefinitionContext kind, String name) {
    this.lab = lab;
    this.velero = velero;
    this.kind = kind;
    this.name = name;
  }

  String name() {
    return name;
  }

  /** Where it is. */
  Resource<GenericKubernetesResource> resource() {
    return lab.client()
        .genericKubernetesResources(kind)
        .inNamespace(velero.namespace())
        .withName(name);
  }

  /** Waits for its end, whichever it is. */
  String awaitEnd() {
    return phase(awaitPhase(ENDS));
  }

  /** Waits for its end; another one than this fails with all that Velero says of it. */
  GenericKubernetesResource awaitEnd(String phase) {
    var ended = awaitPhase(ENDS);
    if (!phase(ended).equals(phase)) {
      throw new AssertionError(
          "%s %s should be %s and is %s:%n%s%n%s"
              .formatted(
                  kind.getKind(),
                  name,
                  phase,
                  phase(ended),
                  saidOrWhyNot(this::describe),
                  saidOrWhyNot(this::logs)));
    }
    return ended;
  }

  private static String saidOrWhyNot(Supplier<String> words) {
    try {
      return words.get();
    } catch (RuntimeException | AssertionError e) {
      return e.toString();
    }
  }

  /** Waits for one of these phases. */
  GenericKubernetesResource awaitPhase(Set<String> phases) {
    return lab.await(
        resource(),
        "%s %s is %s".formatted(kind.getKind(), name, String.join(" or ", phases)),
        run -> run != null && phases.contains(phase(run)));
  }

  /** From now on: done when Velero has come past these phases. */
  CompletableFuture<?> past(Set<String> phases) {
    return resource()
        .informOnCondition(runs -> runs.stream().anyMatch(run -> !phases.contains(phase(run))));
  }

  /** Makes the time for its operations so short that it is over. */
  void letTimeBeOver() {
    resource()
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\": {\"itemOperationTimeout\": \"1s\"}}");
  }

  /** Waits until it is gone. */
  void awaitGone() {
    var _ = lab.await(resource(), kind.getKind() + " " + name + " is gone", run -> run == null);
  }

  private static String phase(GenericKubernetesResource run) {
    return Fields.of(run).text("status", "phase").orElse("");
  }

  /** What its users see; who looks while the store is busy is told so, and looks again. */
  String describe() {
    var text = "";
    for (var tries = 0; tries < TRIES; tries++) {
      text = velero.command(word(), "describe", name, "--details");
      if (!text.contains("<error getting")) {
        break;
      }
    }
    return text;
  }

  /** Its log, as its users see it. */
  String logs() {
    return velero.command(word(), "logs", name);
  }

  private String word() {
    return kind.getKind().toLowerCase(Locale.ROOT);
  }

  /** Its DataUploads, or DataDownloads. */
  List<PlacedRequest> requests() {
    return placed().list().getItems().stream().map(this::request).toList();
  }

  /** Waits for the first of them. */
  PlacedRequest awaitRequest() {
    return request(
        lab.awaitAll(placed(), "%s has a request".formatted(name), all -> !all.isEmpty())
            .getFirst());
  }

  private FilterWatchListDeletable<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      placed() {
    return all().withLabel(isBackup() ? "velero.io/backup-name" : "velero.io/restore-name", name);
  }

  private NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      all() {
    return lab.client()
        .genericKubernetesResources(
            isBackup() ? VeleroKinds.DATA_UPLOAD : VeleroKinds.DATA_DOWNLOAD)
        .inNamespace(velero.namespace());
  }

  private boolean isBackup() {
    return kind.equals(VeleroKinds.BACKUP);
  }

  private PlacedRequest request(GenericKubernetesResource object) {
    return new PlacedRequest(lab, all().withName(object.getMetadata().getName()), object);
  }
}
