// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.restore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.cluster.Marks;
import io.virtmover.velero.action.ActionName;
import io.virtmover.velero.action.OperationProgress;
import io.virtmover.velero.action.ResourceSelector;
import io.virtmover.velero.action.RestoreItemAction;
import io.virtmover.velero.action.RestoreResult;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.filter.ResourceWords;
import io.virtmover.velero.item.DiskMark;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.Kinds;
import io.virtmover.velero.item.VeleroRestore;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.machine.Belongings;
import io.virtmover.velero.request.ClaimDownload;
import io.virtmover.velero.request.Requests;
import java.util.Map;
import java.util.Optional;

/**
 * Restores VMs whose disks VirtMover has backed up: halted until the last disk is there, with the
 * instance type that they had. Addresses and firmware identities stay as they are in the item.
 */
final class VmRestore implements RestoreItemAction {
  private static final String REVISION = "revisionName";

  private final Surroundings surroundings;
  private final Requests downloads;
  private final Departure departure;

  VmRestore(Surroundings surroundings) {
    this.surroundings = surroundings;
    downloads = Requests.downloads(surroundings);
    departure = new Departure(surroundings.kubernetes());
  }

  @Override
  public ActionName name() {
    return new ActionName("vm");
  }

  @Override
  public ResourceSelector appliesTo() {
    return ResourceSelector.of(ResourceType.VIRTUAL_MACHINES.toString());
  }

  @Override
  public RestoreResult execute(ObjectNode item, ObjectNode itemFromBackup, ObjectNode restore) {
    var vm = new Item(item);
    var saved = new Item(itemFromBackup);
    DiskMark.takeOff(vm);
    vm.removeAnnotation(Marks.AWAITED_CLAIMS);
    return DiskMark.of(saved).isEmpty()
        ? RestoreResult.of(item)
        : restore(vm, saved, VeleroRestore.of(restore));
  }

  private RestoreResult restore(Item vm, Item saved, VeleroRestore restore) {
    var claims = DiskMark.claims(saved);
    moveTemplates(vm, saved.namespace(), restore.target(saved.namespace()));
    keepRevisions(vm, saved, restore);
    var awaited =
        claims.stream().filter(claim -> isAwaited(saved.namespace(), claim, restore)).toList();
    var result =
        RestoreResult.of(vm.tree())
            .withAdditionalItems(
                claims.stream()
                    .map(claim -> Kinds.identifier(ResourceType.CLAIMS, saved.namespace(), claim))
                    .toList());
    if (restore.restoresVolumes() && !awaited.isEmpty()) {
      Halt.apply(vm, awaited);
      surroundings
          .log()
          .info(
              "The VM stays halted until its disks are restored",
              Map.of(
                  "vm",
                  restore.target(saved.namespace()) + "/" + saved.name(),
                  "claims",
                  String.join(",", awaited)));
      return result.withOperation(new AwaitedDisks(saved.namespace(), saved.name()).operation());
    }
    return result;
  }

  /** Asked when all items are restored: whether what the VM waits for will come. */
  @Override
  public OperationProgress progress(String operationId, ObjectNode restore) {
    return downloads.progress(
        operationId,
        () ->
            AwaitedDisks.of(operationId)
                .progress(surroundings, downloads, VeleroRestore.of(restore)));
  }

  /** There is nothing to stop: the disks have operations of their own. */
  @Override
  public void cancel(String operationId, ObjectNode restore) {}

  /**
   * A claim that was there before this Restore, and is not written by it, keeps no VM halted; one
   * that is not there yet does, unless the Restore leaves all claims out, and one without its data:
   * this Restore made it so, or it waits for another restore's. One that is being deleted is as
   * good as gone.
   */
  private boolean isAwaited(String namespace, String claim, VeleroRestore restore) {
    return downloads.isThere(ClaimDownload.name(restore, namespace, claim))
        || surroundings
            .kubernetes()
            .get(ResourceType.CLAIMS, restore.target(namespace), claim)
            .map(Item::new)
            .filter(found -> !departure.isGoing(found))
            .map(found -> isMadeBy(restore, found) || WaitingClaim.is(found))
            .orElseGet(() -> !restore.leavesOut(ResourceWords.CLAIMS));
  }

  /** Velero labels what was there before as well, where it may update it. */
  private static boolean isMadeBy(VeleroRestore restore, Item claim) {
    return claim.label(Marks.RESTORE).equals(Optional.of(restore.label()))
        && claim.created().compareTo(restore.item().created()) >= 0;
  }

  /** Velero moves the VM to its new namespace, but not what is said inside. */
  private static void moveTemplates(Item vm, String from, String to) {
    for (var template : vm.spec().path("dataVolumeTemplates")) {
      if (template.path("metadata") instanceof ObjectNode metadata
          && metadata.path("namespace").asText().equals(from)) {
        metadata.put("namespace", to);
      }
    }
  }

  /**
   * KubeVirt remembers in the status which revision of its instance type and preference a VM has,
   * and a status is not restored.
   */
  private void keepRevisions(Item vm, Item saved, VeleroRestore restore) {
    for (var matcher : Belongings.Matcher.values()) {
      if (vm.spec().path(matcher.field()) instanceof ObjectNode said
          && said.path(REVISION).asText().isEmpty()) {
        matcher
            .revision(saved.status())
            .filter(name -> isRestored(name, restore.target(saved.namespace())))
            .ifPresent(name -> said.put(REVISION, name));
      }
    }
  }

  private boolean isRestored(String revision, String namespace) {
    Optional<ObjectNode> found =
        surroundings.kubernetes().get(Kinds.CONTROLLER_REVISIONS, namespace, revision);
    return found.isPresent();
  }
}
