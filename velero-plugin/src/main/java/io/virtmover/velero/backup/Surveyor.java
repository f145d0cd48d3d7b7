// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.kubernetes.KubernetesApi;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.machine.Belongings;
import io.virtmover.velero.machine.GuestState;
import io.virtmover.velero.machine.Machine;
import io.virtmover.velero.machine.Volume;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks up a VM and what is its own, as it is in the cluster now. */
final class Surveyor {
  private final KubernetesApi kubernetes;

  Surveyor(KubernetesApi kubernetes) {
    this.kubernetes = kubernetes;
  }

  Optional<Item> vm(String namespace, String name) {
    return kubernetes.get(ResourceType.VIRTUAL_MACHINES, namespace, name).map(Item::new);
  }

  /** A VM's running guest. */
  Optional<Item> instance(Item vm) {
    return kubernetes
        .get(ResourceType.VIRTUAL_MACHINE_INSTANCES, vm.namespace(), vm.name())
        .map(Item::new);
  }

  Optional<Item> claim(String namespace, String name) {
    return name.isEmpty()
        ? Optional.empty()
        : kubernetes.get(ResourceType.CLAIMS, namespace, name).map(Item::new);
  }

  /** The claims of a machine that are there. */
  List<Item> claims(String namespace, Machine machine) {
    return machine.volumes().stream()
        .map(Volume::claim)
        .distinct()
        .flatMap(name -> claim(namespace, name).stream())
        .toList();
  }

  /** Whether a VM has a claim, or gets it with its next start. */
  boolean has(Item vm, String claim) {
    return Machine.read(vm, instance(vm)).volumes().stream()
        .anyMatch(volume -> volume.claim().equals(claim));
  }

  /** Whether a VM has state besides its disks; one that is gone may have had. */
  boolean keepsState(String namespace, String name) {
    return vm(namespace, name).map(vm -> GuestState.isKept(vm, instance(vm))).orElse(true);
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

  private List<ObjectNode> stateClaims(Item vm) {
    return kubernetes.list(
        ResourceType.CLAIMS, vm.namespace(), Belongings.STATE_LABEL + "=" + vm.name());
  }
}
