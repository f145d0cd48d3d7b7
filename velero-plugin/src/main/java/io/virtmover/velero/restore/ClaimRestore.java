// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.restore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.cluster.VeleroNames;
import io.virtmover.domain.Sha256;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.action.ActionName;
import io.virtmover.velero.action.OperationProgress;
import io.virtmover.velero.action.ResourceSelector;
import io.virtmover.velero.action.RestoreItemAction;
import io.virtmover.velero.action.RestoreResult;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.item.DiskMark;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.Kinds;
import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.item.VeleroRestore;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.request.ClaimDownload;
import io.virtmover.velero.request.Requests;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Restores the claims whose disks VirtMover has backed up: each waits, without a volume, for its
 * DataDownload.
 */
final class ClaimRestore implements RestoreItemAction {
  private static final List<String> BINDING =
      List.of(
          "pv.kubernetes.io/bind-completed",
          "pv.kubernetes.io/bound-by-controller",
          "volume.kubernetes.io/selected-node");

  /** Where a volume's data comes from is not asked again: it comes from the backup. */
  private static final List<String> SOURCES = List.of("volumeName", "dataSource", "dataSourceRef");

  private final Surroundings surroundings;
  private final Requests downloads;
  private final Departure departure;

  ClaimRestore(Surroundings surroundings) {
    this.surroundings = surroundings;
    downloads = Requests.downloads(surroundings);
    departure = new Departure(surroundings.kubernetes());
  }

  @Override
  public ActionName name() {
    return new ActionName("claim");
  }

  @Override
  public ResourceSelector appliesTo() {
    return ResourceSelector.of(ResourceType.CLAIMS.toString());
  }

  @Override
  public RestoreResult execute(ObjectNode item, ObjectNode itemFromBackup, ObjectNode restore) {
    var claim = new Item(item);
    DiskMark.takeOff(claim);
    return DiskMark.of(new Item(itemFromBackup))
        .map(mark -> restore(claim, new Item(itemFromBackup), mark, VeleroRestore.of(restore)))
        .orElseGet(() -> RestoreResult.of(item));
  }

  private RestoreResult restore(Item claim, Item saved, DiskMark mark, VeleroRestore restore) {
    var order = new ClaimDownload(restore, saved.namespace(), saved.name(), saved.uid());
    var subject = restore.target(saved.namespace()) + "/" + saved.name();
    var isAskedFor = downloads.find(order.name(), order.operation()).isPresent();
    var present = isAskedFor ? Optional.<Item>empty() : present(saved, restore);
    if (present.filter(departure::isGoing).isPresent()) {
      throw going(subject);
    }
    if (restore.restoresVolumes() && present.filter(WaitingClaim::is).isPresent()) {
      throw waiting(subject);
    }
    if (present.isPresent()) {
      return without(claim, subject, "it is there already, and nothing is written over");
    }
    loosen(claim);
    if (!restore.restoresVolumes()) {
      return without(claim, subject, "the Restore is without volumes");
    }
    WaitingClaim.make(claim, waitsFor(subject, restore));
    var download = downloads.make(order.object(backup(restore), mark.vm()));
    surroundings
        .log()
        .info(
            "VirtMover restores the claim's disk",
            Map.of("claim", subject, "vm", mark.vm(), "download", download.name()));
    return RestoreResult.of(claim.tree()).withOperation(order.operation());
  }

  private Optional<Item> present(Item saved, VeleroRestore restore) {
    return surroundings
        .kubernetes()
        .get(ResourceType.CLAIMS, restore.target(saved.namespace()), saved.name())
        .map(Item::new);
  }

  private static VirtMoverException going(String subject) {
    return new VirtMoverException(
        FailureKind.INVALID_REQUEST,
        "Claim %s is there, but is being deleted. Wait until it is gone, and restore again."
            .formatted(subject));
  }

  private static VirtMoverException waiting(String subject) {
    return new VirtMoverException(
        FailureKind.INVALID_REQUEST,
        "Claim %s is there already, but without data: it waits for the disk of another restore. If that one has ended, delete the claim and restore again."
            .formatted(subject));
  }

  private RestoreResult without(Item claim, String subject, String why) {
    surroundings
        .log()
        .info("VirtMover does not restore the claim's disk: " + why, Map.of("claim", subject));
    return RestoreResult.of(claim.tree());
  }

  private static void loosen(Item claim) {
    SOURCES.forEach(claim.specToChange()::remove);
    BINDING.forEach(claim::removeAnnotation);
  }

  /** The same whenever it is asked for, and another one for each Restore. */
  private static String waitsFor(String subject, VeleroRestore restore) {
    var hash = Sha256.hex(restore.uid()).substring(0, 5);
    return VeleroNames.label(subject.replace('/', '.') + "." + hash);
  }

  private VeleroBackup backup(VeleroRestore restore) {
    return surroundings
        .kubernetes()
        .get(Kinds.BACKUPS, surroundings.veleroNamespace(), restore.backup())
        .map(VeleroBackup::of)
        .orElseThrow(
            () ->
                new VirtMoverException(
                    FailureKind.INVALID_REQUEST,
                    "There is no Backup %s in namespace %s, so its location is not known. Wait until Velero has synchronised the location, and restore again."
                        .formatted(restore.backup(), surroundings.veleroNamespace())));
  }

  @Override
  public OperationProgress progress(String operationId, ObjectNode restore) {
    return downloads.progress(operationId);
  }

  @Override
  public void cancel(String operationId, ObjectNode restore) {
    downloads.cancel(operationId);
  }
}
