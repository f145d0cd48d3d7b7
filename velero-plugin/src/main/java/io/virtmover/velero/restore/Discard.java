// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.restore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.cluster.Marks;
import io.virtmover.velero.action.ActionName;
import io.virtmover.velero.action.ResourceSelector;
import io.virtmover.velero.action.RestoreItemAction;
import io.virtmover.velero.action.RestoreResult;
import io.virtmover.velero.item.DiskMark;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.kubernetes.ResourceType;
import java.util.List;
import java.util.function.Predicate;

/**
 * Keeps objects out of restores that are in a backup because they were there, and that mean
 * nothing, or harm, when they come back.
 *
 * @param isMeant whether an object as it lies in the backup is one of them
 */
record Discard(ActionName name, ResourceSelector appliesTo, Predicate<Item> isMeant)
    implements RestoreItemAction {
  /** All of them. */
  static List<Discard> all() {
    return List.of(backups(), exports(), instances(), launchers(), ownObjects(), volumes());
  }

  /** A VirtualMachineBackup that comes back would be another backup. */
  private static Discard backups() {
    return of(
        "discard-backups",
        _ -> true,
        "virtualmachinebackups.backup.kubevirt.io",
        "virtualmachinebackuptrackers.backup.kubevirt.io");
  }

  /** KubeVirt makes one for each backup that is pulled; people's own exports are restored. */
  private static Discard exports() {
    return of(
        "discard-exports",
        export -> export.spec().path("source").path("kind").asText().equals("VirtualMachineBackup"),
        "virtualmachineexports.export.kubevirt.io");
  }

  /** A VM makes its instance when it starts; one that is there before belongs to nobody. */
  private static Discard instances() {
    return of(
        "discard-instances",
        instance -> instance.owner("VirtualMachine").isPresent(),
        ResourceType.VIRTUAL_MACHINE_INSTANCES.toString());
  }

  /** The pods of running VMs, and of disks that were plugged in. */
  private static Discard launchers() {
    return labelled(
        "discard-launchers",
        "kubevirt.io in (virt-launcher,hotplug-disk)",
        ResourceType.PODS.toString());
  }

  /** What VirtMover made to take a backup. */
  private static Discard ownObjects() {
    return labelled(
        "discard-own",
        Marks.REQUEST_UID,
        ResourceType.CLAIMS.toString(),
        ResourceType.SECRETS.toString(),
        ResourceType.PODS.toString(),
        "jobs.batch");
  }

  /** The claim gets a new volume; the old one's object would point to a live disk, or to none. */
  private static Discard volumes() {
    return of(
        "discard-volumes",
        volume -> DiskMark.of(volume).isPresent(),
        ResourceType.VOLUMES.toString());
  }

  private static Discard of(String word, Predicate<Item> isMeant, String... resources) {
    return new Discard(new ActionName(word), ResourceSelector.of(resources), isMeant);
  }

  private static Discard labelled(String word, String labels, String... resources) {
    return new Discard(
        new ActionName(word), new ResourceSelector(List.of(resources), labels), _ -> true);
  }

  @Override
  public RestoreResult execute(ObjectNode item, ObjectNode itemFromBackup, ObjectNode restore) {
    return isMeant.test(new Item(itemFromBackup))
        ? RestoreResult.skipped(item)
        : RestoreResult.of(item);
  }
}
