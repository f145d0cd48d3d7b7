// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.filter.ResourceWords;
import io.virtmover.velero.item.DiskMark;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.Known;
import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.kubernetes.KubernetesException;
import io.virtmover.velero.machine.Machine;
import io.virtmover.velero.machine.VmClaims;
import io.virtmover.velero.machine.Volume;
import io.virtmover.velero.policy.Assignment;
import io.virtmover.velero.policy.Policies;
import io.virtmover.velero.request.Requests;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Has a VM and its Backup judged once. All items of a VM ask for themselves, at different times,
 * and a VM can start or stop in between: a claim that was left may not find its VM taken after it.
 * As soon as there is a DataUpload, it is what counts, whatever process asks.
 */
final class Assessor {
  private final Surveyor surveyor;
  private final Requests uploads;
  private final Policies policies;
  private final VmClaims claims;
  private final Known<String, Verdict> verdicts = new Known<>();

  Assessor(Surroundings surroundings) {
    surveyor = new Surveyor(surroundings.kubernetes());
    uploads = Requests.uploads(surroundings);
    policies = new Policies(surroundings.kubernetes());
    claims = new VmClaims(surroundings.kubernetes());
  }

  /** What it looks with. */
  Surveyor surveyor() {
    return surveyor;
  }

  /** Whether the VM is taken. */
  Verdict assess(Item vm, VeleroBackup backup) {
    var upload = new VmUpload(backup, vm);
    return uploads
        .find(upload.name(), upload.operation())
        .<Verdict>map(made -> new Verdict.Taken(DiskMark.claims(made), List.of()))
        .orElseGet(
            () ->
                backup.isFinalizing()
                    ? Verdict.Left.quietly("it was not taken when the backup ran")
                    : verdicts.get(upload.operation(), _ -> judge(vm, backup)));
  }

  private Verdict judge(Item vm, VeleroBackup backup) {
    var instance = surveyor.instance(vm);
    var machine = Machine.read(vm, instance);
    try {
      return Judge.judge(machine, wishes(vm, machine, instance, backup));
    } catch (KubernetesException e) {
      throw e;
    } catch (VirtMoverException e) {
      return Verdict.Left.because(
          WarningReason.POLICY_UNUSABLE,
          "VM %s is not backed up by VirtMover. %s. Velero does with its disks what it reads in the policy; correct it."
              .formatted(vm.title(), e.getMessage()));
    }
  }

  private Wishes wishes(Item vm, Machine machine, Optional<Item> instance, VeleroBackup backup) {
    var found =
        backup.policy().isPresent() ? surveyor.claims(vm.namespace(), machine) : List.<Item>of();
    var assignments = new HashMap<String, Assignment>();
    found.forEach(claim -> assignments.put(claim.name(), assignment(claim, vm, backup)));
    var isOurs = assignments.containsValue(Assignment.OURS);
    var shared = isOurs ? shared(vm, assignments.keySet(), backup) : Map.<String, Set<String>>of();
    var leftOut =
        found.stream()
            .filter(claim -> leavesOut(claim, ResourceWords.CLAIMS, backup))
            .map(Item::name)
            .collect(Collectors.toSet());
    addPodVolumes(assignments, machine, new PodVolumes(backup, instance));
    return Wishes.of(backup, assignments, shared, isOurs && leavesOut(vm, backup), leftOut);
  }

  /** A claim that was asked about before the VM got it has been left, with all that is its. */
  private Assignment assignment(Item claim, Item vm, VeleroBackup backup) {
    var said = policies.assignment(backup, claim);
    return said == Assignment.OURS && !claims.isUser(vm, claim.name(), backup)
        ? Assignment.OTHERS
        : said;
  }

  private static void addPodVolumes(
      Map<String, Assignment> assignments, Machine machine, PodVolumes files) {
    machine.volumes().stream()
        .filter(volume -> !volume.is(Volume.Trait.NOT_IN_GUEST) && files.has(volume.name()))
        .filter(volume -> isUnsaid(assignments, volume.claim()))
        .forEach(volume -> assignments.put(volume.claim(), Assignment.FILES));
  }

  private static boolean isUnsaid(Map<String, Assignment> assignments, String claim) {
    return !claim.isEmpty()
        && assignments.getOrDefault(claim, Assignment.UNSAID) == Assignment.UNSAID;
  }

  /**
   * Whether a VM is not in the Backup.
   *
   * @throws VirtMoverException when the Backup's policy cannot be read
   */
  boolean leavesOut(Item vm, VeleroBackup backup) {
    return leavesOut(vm, ResourceWords.VIRTUAL_MACHINES, backup);
  }

  private boolean leavesOut(Item object, ResourceWords kind, VeleroBackup backup) {
    return backup.leavesOut(object, kind, policies.kinds(backup));
  }

  /** Whom the Backup gives a claim to; with a policy that cannot be used, nobody. */
  Assignment assignment(Item claim, VeleroBackup backup) {
    try {
      return policies.assignment(backup, claim);
    } catch (KubernetesException e) {
      throw e;
    } catch (VirtMoverException e) {
      return Assignment.UNSAID;
    }
  }

  /** The VMs that name a claim. */
  Set<String> users(Item claim, VeleroBackup backup) {
    return claims.users(backup, claim.namespace(), claim.name());
  }

  private Map<String, Set<String>> shared(Item vm, Set<String> names, VeleroBackup backup) {
    var shared = new HashMap<String, Set<String>>();
    for (var name : names) {
      var others = new TreeSet<>(claims.users(backup, vm.namespace(), name));
      others.remove(vm.name());
      if (!others.isEmpty()) {
        shared.put(name, others);
      }
    }
    return shared;
  }
}
