// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.machine;

import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.Known;
import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.kubernetes.KubernetesApi;
import io.virtmover.velero.kubernetes.ResourceType;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which VMs have which claims, by what they say and by what their guests have now. */
public final class VmClaims {
  private final KubernetesApi kubernetes;
  private final Known<Place, Map<String, Set<String>>> users = new Known<>();

  /** A namespace while a Backup looks at it. */
  private record Place(String backupUid, String namespace) {}

  public VmClaims(KubernetesApi kubernetes) {
    this.kubernetes = kubernetes;
  }

  /** The names of the VMs of its namespace that have a claim. */
  public Set<String> users(VeleroBackup backup, String namespace, String claim) {
    return users
        .get(new Place(backup.uid(), namespace), place -> read(place.namespace()))
        .getOrDefault(claim, Set.of());
  }

  private Map<String, Set<String>> read(String namespace) {
    var found = new HashMap<String, Set<String>>();
    for (var tree : kubernetes.list(ResourceType.VIRTUAL_MACHINES, namespace, "")) {
      var vm = new Item(tree);
      add(found, vm.name(), Machine.claims(vm.spec().path("template").path("spec")));
    }
    for (var tree : kubernetes.list(ResourceType.VIRTUAL_MACHINE_INSTANCES, namespace, "")) {
      var instance = new Item(tree);
      instance
          .owner("VirtualMachine")
          .ifPresent(vm -> add(found, vm, Machine.claims(instance.spec())));
    }
    return found;
  }

  private static void add(Map<String, Set<String>> found, String vm, Set<String> claims) {
    claims.forEach(claim -> found.computeIfAbsent(claim, _ -> new TreeSet<>()).add(vm));
  }
}
