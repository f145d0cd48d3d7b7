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
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which VMs have which claims, by what they say and by what their guests have now. What was said of
 * a claim first holds for all who ask while a Backup runs: claims and VMs are looked at one by one,
 * and disks are plugged in and out in between.
 */
public final class VmClaims {
  private final KubernetesApi kubernetes;
  private final Map<Place, Map<String, Set<String>>> seen = new ConcurrentHashMap<>();
  private final Known<Claim, Set<String>> users = new Known<>();

  /** A namespace while a Backup looks at it. */
  private record Place(String backupUid, String namespace) {}

  private record Claim(Place place, String name) {}

  public VmClaims(KubernetesApi kubernetes) {
    this.kubernetes = kubernetes;
  }

  /** The names of the VMs of its namespace that have a claim. */
  public Set<String> users(VeleroBackup backup, String namespace, String claim) {
    return users.get(claim(backup, namespace, claim), this::seen);
  }

  /**
   * Whether a VM that is known to have a claim is one of its users. It is not where somebody was
   * told otherwise before.
   */
  public boolean isUser(Item vm, String claim, VeleroBackup backup) {
    return users
        .get(claim(backup, vm.namespace(), claim), asked -> seenWith(vm.name(), asked))
        .contains(vm.name());
  }

  private static Claim claim(VeleroBackup backup, String namespace, String name) {
    return new Claim(new Place(backup.uid(), namespace), name);
  }

  /** The namespace is listed again where the VM has got the claim since. */
  private Set<String> seenWith(String vm, Claim claim) {
    if (seen(claim).contains(vm)) {
      return seen(claim);
    }
    seen.put(claim.place(), read(claim.place().namespace()));
    return seen(claim);
  }

  private Set<String> seen(Claim claim) {
    return seen.computeIfAbsent(claim.place(), place -> read(place.namespace()))
        .getOrDefault(claim.name(), Set.of());
  }

  private Map<String, Set<String>> read(String namespace) {
    var found = new HashMap<String, Set<String>>();
    kubernetes.visit(
        ResourceType.VIRTUAL_MACHINES,
        namespace,
        "",
        tree -> {
          var vm = new Item(tree);
          add(found, vm.name(), Machine.claims(vm.spec().path("template").path("spec")));
        });
    kubernetes.visit(
        ResourceType.VIRTUAL_MACHINE_INSTANCES,
        namespace,
        "",
        tree -> {
          var instance = new Item(tree);
          instance
              .owner("VirtualMachine")
              .ifPresent(vm -> add(found, vm, Machine.claims(instance.spec())));
        });
    return found;
  }

  private static void add(Map<String, Set<String>> found, String vm, Set<String> claims) {
    claims.forEach(claim -> found.computeIfAbsent(claim, _ -> new TreeSet<>()).add(vm));
  }
}
