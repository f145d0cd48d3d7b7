// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.control.ClientGoQueue;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What makes the controllers look at a backup: changes of the backup, of its tracker, of its
 * VirtualMachineExport, and of the VMI's status. Nothing else does, neither creation nor deletion
 * of a VM, a VMI or a PVC. Source: kubevirt-backup-api.md §0 (2.4).
 */
final class Wakes implements AutoCloseable {
  private final ClientGoQueue backups;
  private final ClientGoQueue trackers;
  private final SharedIndexInformer<GenericKubernetesResource> backupInformer;
  private final SharedIndexInformer<GenericKubernetesResource> trackerInformer;
  private final SharedIndexInformer<GenericKubernetesResource> vmiInformer;

  private Wakes(
      KubernetesClient client,
      ClientGoQueue backups,
      ClientGoQueue trackers,
      SharedIndexInformer<GenericKubernetesResource> backupInformer) {
    this.backups = backups;
    this.trackers = trackers;
    this.backupInformer = backupInformer;
    this.trackerInformer =
        client
            .genericKubernetesResources(Kinds.TRACKER)
            .inAnyNamespace()
            .inform(Handler.onChange(this::trackerChanged));
    this.vmiInformer =
        client
            .genericKubernetesResources(Kinds.VMI)
            .inAnyNamespace()
            .inform(Handler.onUpdate(this::vmiUpdated));
  }

  static Wakes watch(
      KubernetesClient client,
      ClientGoQueue backups,
      ClientGoQueue trackers,
      SharedIndexInformer<GenericKubernetesResource> backupInformer,
      SharedIndexInformer<GenericKubernetesResource> exportInformer) {
    var wakes = new Wakes(client, backups, trackers, backupInformer);
    backupInformer.addEventHandler(Handler.onChange(backup -> backups.add(ObjectKey.of(backup))));
    exportInformer.addEventHandler(Handler.onAny(export -> backups.add(ObjectKey.of(export))));
    return wakes;
  }

  private void trackerChanged(GenericKubernetesResource tracker) {
    var meta = tracker.getMetadata();
    trackers.add(ObjectKey.of(tracker));
    wakeThose(
        meta.getNamespace(),
        backup -> backup.source().equals(new SourceRef.Tracker(meta.getName())));
  }

  /** Only the status counts: a deletion timestamp alone wakes nobody. */
  private void vmiUpdated(GenericKubernetesResource before, GenericKubernetesResource after) {
    if (Objects.equals(
        before.getAdditionalProperties().get("status"),
        after.getAdditionalProperties().get("status"))) {
      return;
    }
    var meta = after.getMetadata();
    wakeThose(meta.getNamespace(), backup -> isOf(backup, meta.getNamespace(), meta.getName()));
  }

  private boolean isOf(BackupView backup, String namespace, String vm) {
    return switch (backup.source()) {
      case SourceRef.Vm(var name) -> name.equals(vm);
      case SourceRef.Tracker(var name) -> {
        var tracker = trackerInformer.getStore().getByKey(namespace + "/" + name);
        yield tracker != null && TrackerView.of(tracker).vm().equals(vm);
      }
    };
  }

  /** Oldest first, so that backups of one VM always meet in the same order. */
  private void wakeThose(String namespace, Predicate<BackupView> wanted) {
    backupInformer.getStore().list().stream()
        .filter(backup -> backup.getMetadata().getNamespace().equals(namespace))
        .map(BackupView::of)
        .filter(wanted)
        .sorted(Comparator.comparing(BackupView::created).thenComparing(BackupView::name))
        .forEach(backup -> backups.add(new ObjectKey(namespace, backup.name())));
  }

  @Override
  public void close() {
    trackerInformer.close();
    vmiInformer.close();
  }

  /** Handlers made of functions. */
  private record Handler(Change added, Update updated, Change deleted)
      implements ResourceEventHandler<GenericKubernetesResource> {
    private interface Change {
      void see(GenericKubernetesResource object);
    }

    private interface Update {
      void see(GenericKubernetesResource before, GenericKubernetesResource after);
    }

    static Handler onChange(Change change) {
      return new Handler(change, (_, after) -> change.see(after), _ -> {});
    }

    static Handler onUpdate(Update update) {
      return new Handler(_ -> {}, update, _ -> {});
    }

    static Handler onAny(Change change) {
      return new Handler(change, (_, after) -> change.see(after), change);
    }

    @Override
    public void onAdd(GenericKubernetesResource object) {
      added.see(object);
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource after) {
      updated.see(before, after);
    }

    @Override
    public void onDelete(GenericKubernetesResource object, boolean unknown) {
      deleted.see(object);
    }
  }
}
