// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.virtmover.lab.kubevirt.Flavour;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.launcher.Launchers;
import io.virtmover.lab.kubevirt.launcher.NodePaths;
import io.virtmover.lab.reconcile.OnAnyChange;
import io.virtmover.lab.reconcile.WorkQueue;
import java.util.List;

/** The controllers of VMs and VMIs, and what wakes them. */
public final class VirtualMachines implements AutoCloseable {
  private final WorkQueue<ObjectKey> vms;
  private final WorkQueue<ObjectKey> vmis;
  private final SharedIndexInformer<GenericKubernetesResource> vmInformer;
  private final SharedIndexInformer<GenericKubernetesResource> vmiInformer;
  private final SharedIndexInformer<Pod> podInformer;
  private final SharedIndexInformer<PersistentVolumeClaim> claimInformer;

  private VirtualMachines(
      KubernetesClient client, NodePaths paths, Launchers launchers, Flavour flavour) {
    var objects = new VmObjects(client);
    var vmReconciler = new VmReconciler(client, objects);
    var vmiReconciler = new VmiReconciler(client, objects, paths, launchers, flavour);
    vms = new WorkQueue<>("vm", vmReconciler::reconcile);
    vmis = new WorkQueue<>("vmi", vmiReconciler::reconcile);
    vmInformer = client.genericKubernetesResources(Kinds.VM).inAnyNamespace().runnableInformer(0);
    vmiInformer = client.genericKubernetesResources(Kinds.VMI).inAnyNamespace().runnableInformer(0);
    podInformer =
        client.pods().inAnyNamespace().withLabel(VmPods.CREATED_BY_LABEL).runnableInformer(0);
    claimInformer = client.persistentVolumeClaims().inAnyNamespace().runnableInformer(0);
    launchers.onChange(key -> vmis.wake(new ObjectKey(key.namespace(), key.name())));
  }

  /** Starts the controllers; returns when they know all objects. */
  public static VirtualMachines start(
      KubernetesClient client, NodePaths paths, Launchers launchers, Flavour flavour) {
    var machines = new VirtualMachines(client, paths, launchers, flavour);
    machines.run();
    return machines;
  }

  private void run() {
    vmInformer.addEventHandler(new OnAnyChange<>(vm -> vms.wake(ObjectKey.of(vm))));
    vmiInformer.addEventHandler(new OnAnyChange<>(this::vmiChanged));
    podInformer.addEventHandler(new OnAnyChange<>(this::podChanged));
    claimInformer.addEventHandler(new OnAnyChange<>(this::claimChanged));
    for (var informer : List.of(vmInformer, vmiInformer, podInformer, claimInformer)) {
      informer.run();
    }
  }

  private void vmiChanged(GenericKubernetesResource vmi) {
    vmis.wake(ObjectKey.of(vmi));
    vms.wake(ObjectKey.of(vmi));
  }

  private void podChanged(Pod pod) {
    var vmi = pod.getMetadata().getLabels().get(VmPods.ID_LABEL);
    if (vmi != null) {
      vmis.wake(new ObjectKey(pod.getMetadata().getNamespace(), vmi));
    }
  }

  /** A claim may be a disk or a backup volume of any VMI beside it. */
  private void claimChanged(PersistentVolumeClaim claim) {
    vmiInformer.getStore().list().stream()
        .map(ObjectKey::of)
        .filter(key -> key.namespace().equals(claim.getMetadata().getNamespace()))
        .forEach(vmis::wake);
  }

  @Override
  public void close() {
    for (var informer : List.of(vmInformer, vmiInformer, podInformer, claimInformer)) {
      informer.close();
    }
    vms.close();
    vmis.close();
  }
}
