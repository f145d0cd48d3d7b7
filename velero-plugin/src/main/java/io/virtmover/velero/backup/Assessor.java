// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.filter.ResourceWords;
import io.virtmover.velero.item.DiskMark;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.Known;
import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.kubernetes.KubernetesApi;
import io.virtmover.velero.kubernetes.KubernetesException;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.machine.Belongings;
import io.virtmover.velero.machine.GuestState;
import io.virtmover.velero.machine.Machine;
import io.virtmover.velero.machine.VmClaims;
import io.virtmover.velero.machine.Volume;
import io.virtmover.velero.policy.Assignment;
import io.virtmover.velero.policy.Policies;
import io.virtmover.velero.request.Requests;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks at a VM and its Backup, and has it judged once. All items of a VM ask for themselves, at
 * different times, and a VM can start or stop in between: a claim that was left may not find its VM
 * taken after it. As soon as there is a DataUpload, it is what counts, whatever process asks.
 */
final class Assessor {
  private final KubernetesApi kubernetes;
  private final Requests uploads;
  private final Policies policies;
  private final VmClaims claims;
  private final Known<String, Verdict> verdicts = new Known<>();

  Assessor(Surroundings surroundings) {
    kubernetes = surroundings.kubernetes();
    uploads = Requests.uploads(surroundings);
    policies = new Policies(kubernetes);
    claims = new VmClaims(kubernetes);
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
    var instance = instance(vm);
    var machine = Machine.read(vm, instance);
    try {
      return Judge.judge(machine, wishes(vm, machine, instance, backup));
    } catch (KubernetesException e) {
      throw e;
    } catch (VirtMoverException e) {
      return Verdict.Left.because(
          WarningReason.POLICY_UNUSABLE,
          "VM %s is not backed up by VirtMover. %s. Velero does with its disks what it reads in the policy; correct it."
              .formatted(vm.name(), e.getMessage()));
    }
  }

  private Optional<Item> instance(Item vm) {
    return kubernetes
        .get(ResourceType.VIRTUAL_MACHINE_INSTANCES, vm.namespace(), vm.name())
        .map(Item::new);
  }

  private Wishes wishes(Item vm, Machine machine, Optional<Item> instance, VeleroBackup backup) {
    var found = backup.policy().isPresent() ? claims(vm.namespace(), machine) : List.<Item>of();
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

  private List<Item> claims(String namespace, Machine machine) {
    return machine.volumes().stream()
        .map(Volume::claim)
        .distinct()
        .flatMap(name -> claim(namespace, name).stream())
        .toList();
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

  /** Whether a VM has a claim, or gets it with its next start. */
  boolean has(Item vm, String claim) {
    return Machine.read(vm, instance(vm)).volumes().stream()
        .anyMatch(volume -> volume.claim().equals(claim));
  }

  /** The VMs that name a claim. */
  Set<String> users(Item claim, VeleroBackup backup) {
    return claims.users(backup, claim.namespace(), claim.name());
  }

  Optional<Item> vm(String namespace, String name) {
    return kubernetes.get(ResourceType.VIRTUAL_MACHINES, namespace, name).map(Item::new);
  }

  Optional<Item> claim(String namespace, String name) {
    return name.isEmpty()
        ? Optional.empty()
        : kubernetes.get(ResourceType.CLAIMS, namespace, name).map(Item::new);
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

  /** Whether a VM has state besides its disks; one that is gone may have had. */
  boolean keepsState(String namespace, String name) {
    return vm(namespace, name).map(vm -> GuestState.isKept(vm, instance(vm))).orElse(true);
  }

  private List<ObjectNode> stateClaims(Item vm) {
    return kubernetes.list(
        ResourceType.CLAIMS, vm.namespace(), Belongings.STATE_LABEL + "=" + vm.name());
  }

  /**
   * What travels with a VM and is there.
   *
   * @param handed claims that are restored with it; its object does not name those that were
   *     plugged into the running VM
   */
  List<Belongings.Belonging> belongings(Item vm, List<String> handed) {
    var all = new LinkedHashSet<>(Belongings.of(vm));
    Stream.concat(handed.stream(), stateClaims(vm).stream().map(Item::new).map(Item::name))
        .map(claim -> new Belongings.Belonging(ResourceType.CLAIMS, vm.namespace(), claim))
        .forEach(all::add);
    return all.stream()
        .filter(one -> kubernetes.get(one.type(), one.namespace(), one.name()).isPresent())
        .toList();
  }
}
