// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.backup.Observation.ClaimState;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads the objects around one backup from the API server. */
final class Observer {
  private final KubernetesClient client;
  private final KubeObjects objects;
  private final ResourceDefinitionContext exportKind;
  private final Clock clock;
  private final Predicate<ObjectKey> isTimeOver;

  /**
   * Makes it.
   *
   * @param isTimeOver of which backups it is seen as late as the end of their time
   */
  Observer(
      KubernetesClient client,
      ResourceDefinitionContext exportKind,
      Clock clock,
      Predicate<ObjectKey> isTimeOver) {
    this.client = client;
    this.objects = new KubeObjects(client);
    this.exportKind = exportKind;
    this.clock = clock;
    this.isTimeOver = isTimeOver;
  }

  /** Empty when there is no such backup. */
  Optional<Scene> observe(ObjectKey key) {
    return objects.find(Kinds.BACKUP, key).map(backup -> around(key, backup));
  }

  private Scene around(ObjectKey key, GenericKubernetesResource object) {
    var backup = BackupView.of(object);
    Optional<GenericKubernetesResource> tracker =
        switch (backup.source()) {
          case SourceRef.Tracker(var name) ->
              objects.find(Kinds.TRACKER, new ObjectKey(key.namespace(), name));
          case SourceRef.Vm _ -> Optional.empty();
        };
    var vm =
        switch (backup.source()) {
          case SourceRef.Tracker _ -> tracker.map(TrackerView::of).map(TrackerView::vm).orElse("");
          case SourceRef.Vm(var name) -> name;
        };
    var vmKey = new ObjectKey(key.namespace(), vm);
    var vmi =
        vm.isEmpty() ? Optional.<GenericKubernetesResource>empty() : objects.find(Kinds.VMI, vmKey);
    var export =
        backup.isPull()
            ? objects.find(exportKind, key)
            : Optional.<GenericKubernetesResource>empty();
    var observation =
        new Observation(
            backup,
            tracker.map(TrackerView::of),
            vm,
            !vm.isEmpty() && objects.find(Kinds.VM, vmKey).isPresent(),
            vmi.map(VmiView::of),
            claim(key.namespace(), backup.claim()),
            export.map(ExportView::of),
            now(key, backup));
    return new Scene(observation, object, tracker, vmi, export);
  }

  private Instant now(ObjectKey key, BackupView backup) {
    var now = clock.instant();
    return isTimeOver.test(key) && now.isBefore(backup.expiry()) ? backup.expiry() : now;
  }

  private ClaimState claim(String namespace, String name) {
    var claim = client.persistentVolumeClaims().inNamespace(namespace).withName(name).get();
    if (claim == null) {
      return ClaimState.MISSING;
    }
    return "Block".equals(claim.getSpec().getVolumeMode()) ? ClaimState.BLOCK : ClaimState.USABLE;
  }
}
