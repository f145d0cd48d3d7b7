// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.cluster.Marks;
import io.virtmover.velero.action.ActionName;
import io.virtmover.velero.action.BackupItemAction;
import io.virtmover.velero.action.BackupResult;
import io.virtmover.velero.action.ResourceSelector;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.item.DiskMark;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.Kinds;
import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.machine.Belongings;
import io.virtmover.velero.policy.Assignment;
import java.util.List;
import java.util.Optional;

/**
 * Marks the claims of VMs that VirtMover takes, their volumes and their DataVolumes, so that a
 * restore knows whose data they wait for. That Velero leaves the data alone is the policy's doing;
 * what is not marked is Velero's, whatever becomes of it.
 */
final class DiskBackup implements BackupItemAction {
  /** By this CDI knows that a DataVolume needs no import: its value is the claim's name. */
  private static final String PRE_POPULATED = "cdi.kubevirt.io/storage.prePopulated";

  /**
   * By this a DataVolume takes a claim that it has not made: its value is the DataVolume's name.
   */
  private static final String POPULATED_FOR = "cdi.kubevirt.io/storage.populatedFor";

  private final Surroundings surroundings;
  private final Assessor assessor;

  DiskBackup(Surroundings surroundings, Assessor assessor) {
    this.surroundings = surroundings;
    this.assessor = assessor;
  }

  @Override
  public ActionName name() {
    return new ActionName("disk");
  }

  @Override
  public ResourceSelector appliesTo() {
    return ResourceSelector.of(
        ResourceType.CLAIMS.toString(),
        ResourceType.VOLUMES.toString(),
        Kinds.DATA_VOLUMES.toString());
  }

  @Override
  public BackupResult execute(ObjectNode item, ObjectNode backup) {
    var object = new Item(item);
    var owner = VeleroBackup.of(backup);
    DiskMark.takeOff(object);
    return switch (item.path("kind").asText()) {
      case "PersistentVolumeClaim" -> markClaim(object, owner);
      case "PersistentVolume" -> mark(object, claimOf(object), owner);
      case "DataVolume" -> {
        var result =
            mark(object, assessor.surveyor().claim(object.namespace(), object.name()), owner);
        yield DiskMark.of(object).map(mark -> markDataVolume(object, mark, owner)).orElse(result);
      }
      default -> BackupResult.of(item);
    };
  }

  private BackupResult markClaim(Item claim, VeleroBackup backup) {
    if (claim.label(Marks.REQUEST_UID).isPresent() || !isAskedAbout(backup)) {
      return BackupResult.of(claim.tree());
    }
    if (!isHanded(claim, backup)) {
      return mark(claim, Optional.of(claim), backup);
    }
    if (claim.label(Belongings.STATE_LABEL).isPresent()) {
      warnOfState(claim, backup);
      return BackupResult.of(claim.tree());
    }
    var vms = vms(claim, backup);
    if (vms.isEmpty()) {
      warnOfNoVm(claim, backup);
      return BackupResult.of(claim.tree());
    }
    var mark = markOf(vms, claim, backup);
    mark.ifPresent(found -> putOn(claim, found));
    if (backup.isFinalizing()) {
      return BackupResult.of(claim.tree());
    }
    var absent = vms.stream().filter(vm -> assessor.leavesOut(vm, backup)).toList();
    if (mark.isEmpty() && !absent.isEmpty()) {
      warnOfVmLeftOut(claim, absent, backup);
    } else if (mark.isEmpty()
        && vms.stream().noneMatch(vm -> assessor.surveyor().has(vm, claim.name()))) {
      warnOfNoVm(claim, backup);
    }
    // It is taken right after the first of its claims, as they were judged; a VM that no selector
    // picks comes with its disk as well, without which there is no data.
    return BackupResult.of(claim.tree())
        .withAdditionalItems(
            vms.stream()
                .filter(vm -> !absent.contains(vm))
                .map(
                    vm ->
                        Kinds.identifier(ResourceType.VIRTUAL_MACHINES, vm.namespace(), vm.name()))
                .toList());
  }

  /** Without its VM and its claim it would wait for what never comes. */
  private static BackupResult markDataVolume(Item volume, DiskMark mark, VeleroBackup backup) {
    volume.annotate(PRE_POPULATED, volume.name());
    var result = BackupResult.of(volume.tree());
    return backup.isFinalizing()
        ? result
        : result.withAdditionalItems(
            List.of(
                Kinds.identifier(ResourceType.VIRTUAL_MACHINES, volume.namespace(), mark.vm())));
  }

  private static void putOn(Item object, DiskMark mark) {
    mark.putOn(object);
    if (object.tree().path("kind").asText().equals("PersistentVolumeClaim")) {
      object.owner("DataVolume").ifPresent(name -> object.annotate(POPULATED_FOR, name));
    }
  }

  /** It is a VM's DataUpload that counts: what the policy says of the claim by now does not. */
  private BackupResult mark(Item object, Optional<Item> claim, VeleroBackup backup) {
    claim
        .filter(_ -> isAskedAbout(backup))
        .flatMap(found -> markOf(vms(found, backup), found, backup))
        .ifPresent(mark -> putOn(object, mark));
    return BackupResult.of(object.tree());
  }

  /** Without a policy nothing is handed over, and no VM is taken. */
  private static boolean isAskedAbout(VeleroBackup backup) {
    return backup.isFinalizing() || backup.policy().isPresent();
  }

  /** When all has ended it is known which VMs were taken, whatever the policy says by now. */
  private boolean isHanded(Item claim, VeleroBackup backup) {
    return backup.isFinalizing() || assessor.assignment(claim, backup) == Assignment.OURS;
  }

  private List<Item> vms(Item claim, VeleroBackup backup) {
    return assessor.users(claim, backup).stream()
        .flatMap(name -> assessor.surveyor().vm(claim.namespace(), name).stream())
        .toList();
  }

  /** The mark of the VM that is taken with this claim. */
  private Optional<DiskMark> markOf(List<Item> vms, Item claim, VeleroBackup backup) {
    return vms.stream()
        .filter(vm -> isTaken(vm, claim.name(), backup))
        .findFirst()
        .map(vm -> new VmUpload(backup, vm).mark());
  }

  private boolean isTaken(Item vm, String claim, VeleroBackup backup) {
    return assessor.assess(vm, backup) instanceof Verdict.Taken taken
        && taken.claims().contains(claim);
  }

  private Optional<Item> claimOf(Item volume) {
    var reference = volume.spec().path("claimRef");
    return assessor
        .surveyor()
        .claim(reference.path("namespace").asText(), reference.path("name").asText())
        .filter(claim -> claim.uid().equals(reference.path("uid").asText()));
  }

  /** It is told of here, since it is the same whether or not the VM is taken. */
  private void warnOfState(Item claim, VeleroBackup backup) {
    var vm = claim.label(Belongings.STATE_LABEL).orElse("");
    if (!assessor.surveyor().keepsState(claim.namespace(), vm)) {
      return;
    }
    warn(
        claim,
        backup,
        WarningReason.STATE,
        "The policy hands claim %s to VirtMover, which holds the TPM or EFI state of VM %s. KubeVirt does not back it up, and Velero leaves its data alone: this backup does not have it. Put an entry before that gives it to Velero, by pvcLabels %s: %s."
            .formatted(claim.title(), claim.namespace() + "/" + vm, Belongings.STATE_LABEL, vm));
  }

  private void warnOfNoVm(Item claim, VeleroBackup backup) {
    warn(
        claim,
        backup,
        WarningReason.NO_DISK,
        "The policy hands claim %s to VirtMover, but no VirtualMachine names it. Velero leaves its data alone: this backup does not have it. Put an entry before that gives it to Velero."
            .formatted(claim.title()));
  }

  private void warnOfVmLeftOut(Item claim, List<Item> vms, VeleroBackup backup) {
    warn(
        claim,
        backup,
        WarningReason.VM_LEFT_OUT,
        "The policy hands claim %s to VirtMover, but the Backup does not have VM %s, to which it belongs: its filters or a label leave that out, or it is being deleted. Velero leaves the claim's data alone: this backup does not have it. Include virtualmachines.kubevirt.io."
            .formatted(claim.title(), String.join(", ", vms.stream().map(Item::title).toList())));
  }

  private void warn(Item claim, VeleroBackup backup, WarningReason reason, String text) {
    if (!backup.isFinalizing() && !backup.wantsObjectsOnly()) {
      new Warning(reason, text).writeTo(surroundings.log(), "claim", claim.title());
    }
  }
}
