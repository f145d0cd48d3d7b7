// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.lab.kubevirt.ExportListeners;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.control.Outcome;
import io.virtmover.lab.kubevirt.control.Reconciler;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One look at a VirtualMachineExport: its end, service, token, pod, status, in this order. An
 * expired export is deleted when something wakes the controller, which in KubeVirt is the pod that
 * reached its deadline; a timer stands behind it.
 */
final class ExportReconciler implements Reconciler {
  private static final Duration TIMER_DELAY = Duration.ofSeconds(2);
  private static final int TOKEN_LENGTH = 20;

  private final KubernetesClient client;
  private final KubeObjects objects;
  private final ResourceDefinitionContext kind;
  private final SourceReader sources;
  private final Exporters exporters;
  private final ExportStatusWriter writer;
  private final EarlyReady early;
  private final ExportListeners listeners;
  private final ExportEvents events;
  private final Clock clock;

  ExportReconciler(
      KubernetesClient client,
      ResourceDefinitionContext kind,
      SourceReader sources,
      Exporters exporters,
      ExportStatusWriter writer,
      EarlyReady early,
      ExportListeners listeners,
      ExportEvents events,
      Clock clock) {
    this.client = client;
    this.objects = new KubeObjects(client);
    this.kind = kind;
    this.sources = sources;
    this.exporters = exporters;
    this.writer = writer;
    this.early = early;
    this.listeners = listeners;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public Outcome reconcile(ObjectKey key) {
    var found = objects.find(kind, key);
    if (found.isEmpty()) {
      listeners.close(key.namespace(), key.name());
      return new Outcome.Done();
    }
    var object = found.get();
    var export = ExportSpec.of(object);
    if (object.getMetadata().getDeletionTimestamp() != null) {
      return new Outcome.Done();
    }
    if (!clock.instant().isBefore(export.expiry())) {
      objects.delete(kind, key);
      return new Outcome.Done();
    }
    return early.handles(export)
        ? early.look(object, export, stale -> serve(object, export, stale))
        : serve(object, export, source -> source);
  }

  /**
   * @param known what the controller knows of the source, which is not always the latest
   */
  private Outcome serve(
      GenericKubernetesResource object, ExportSpec export, UnaryOperator<ExportSource> known) {
    if (!ensureService(object, export)) {
      return new Outcome.Retry("the service of an export before is still there");
    }
    ensureToken(object, export);
    var source = known.apply(sources.read(export));
    var pod = pod(export);
    if (pod.filter(there -> !isOf(there, export)).isPresent()) {
      return new Outcome.Retry("the pod of an export before is still there");
    }
    if (pod.isEmpty() && source.isReady()) {
      pod = Optional.of(exporters.create(object, export, source));
    } else if (pod.isPresent()) {
      keep(object, export, source, pod.get());
    }
    early.wrote(export, source, pod);
    writer.write(object, export, source, pod);
    return new Outcome.After(Duration.between(clock.instant(), export.expiry()).plus(TIMER_DELAY));
  }

  private void keep(
      GenericKubernetesResource object, ExportSpec export, ExportSource source, Pod pod) {
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      return;
    }
    if (ExporterPods.isOver(pod)) {
      events.podEnded(object, pod);
      client.resource(pod).delete();
    } else if (!exporters.keep(export, source, pod)) {
      client.resource(pod).delete();
    }
  }

  /** False while the service belongs to an export of the same name that is gone. */
  private boolean ensureService(GenericKubernetesResource object, ExportSpec export) {
    var service =
        client.services().inNamespace(export.namespace()).withName(export.service()).get();
    if (service != null) {
      return isOf(service, export);
    }
    client.resource(ExporterPods.service(export)).create();
    events.serviceCreated(object, export);
    return true;
  }

  private void ensureToken(GenericKubernetesResource object, ExportSpec export) {
    if (export.ownToken().isPresent()
        || client.secrets().inNamespace(export.namespace()).withName(export.tokenSecret()).get()
            != null) {
      return;
    }
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(export.namespace())
                .withName(export.tokenSecret())
                .withOwnerReferences(export.asOwner())
                .endMetadata()
                .withType("Opaque")
                .withStringData(Map.of("token", Certificates.randomText(TOKEN_LENGTH)))
                .build())
        .create();
    events.tokenCreated(object, export);
  }

  private Optional<Pod> pod(ExportSpec export) {
    return Optional.ofNullable(
        client.pods().inNamespace(export.namespace()).withName(export.service()).get());
  }

  private static boolean isOf(HasMetadata object, ExportSpec export) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(export.uid()));
  }
}
