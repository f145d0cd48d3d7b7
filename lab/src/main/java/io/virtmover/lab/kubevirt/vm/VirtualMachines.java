// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.virtmover.lab.kubevirt.ClusterConfig;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.kubevirt.launcher.Launchers;
import io.virtmover.lab.kubevirt.launcher.NodePaths;
import io.virtmover.lab.reconcile.OnAnyChange;
import io.virtmover.lab.reconcile.WorkQueue;
import java.util.List;

/** The controllers of VMs and VMIs, and what wakes them. */
public final class VirtualMachines implements AutoCloseable {
  /** The image of a VM's {@code kernelBoot} that stands for the lab's Linux. */
  public static final String LINUX_IMAGE = "lab/guest:1";

  private final WorkQueue<ObjectKey> vms;
  private final WorkQueue<ObjectKey> vmis;
  private final SharedIndexInformer<GenericKubernetesResource> vmInformer;
  private final SharedIndexInformer<GenericKubernetesResource> vmiInformer;
  private final SharedIndexInformer<Pod> podInformer;
  private final SharedIndexInformer<PersistentVolumeClaim> claimInformer;
  private final SharedIndexInformer<Namespace> namespaceInformer;
  private final SharedIndexInformer<GenericKubernetesResource> dataVolumeInformer;

  private VirtualMachines(
      KubernetesClient client,
      NodePaths paths,
      Launchers launchers,
      Release release,
      ClusterConfig config) {
    var objects = new VmObjects(client);
    var vmReconciler = new VmReconciler(client, objects, config);
    var vmiReconciler = new VmiReconciler(client, objects, paths, launchers, release);
    vms = new WorkQueue<>("vm", vmReconciler::reconcile);
    vmis = new WorkQueue<>("vmi", vmiReconciler::reconcile);
    vmInformer = client.genericKubernetesResources(Kinds.VM).inAnyNamespace().runnableInformer(0);
    vmiInformer = client.genericKubernetesResources(Kinds.VMI).inAnyNamespace().runnableInformer(0);
    podInformer =
        client.pods().inAnyNamespace().withLabel(VmPods.CREATED_BY_LABEL).runnableInformer(0);
    claimInformer = client.persistentVolumeClaims().inAnyNamespace().runnableInformer(0);
    namespaceInformer = client.namespaces().runnableInformer(0);
    dataVolumeInformer =
        client.genericKubernetesResources(Kinds.DATA_VOLUME).inAnyNamespace().runnableInformer(0);
    launchers.onChange(key -> vmis.wake(new ObjectKey(key.namespace(), key.name())));
  }

  /** Starts the controllers; returns when they know all objects. */
  public static VirtualMachines start(
      KubernetesClient client,
      NodePaths paths,
      Launchers launchers,
      Release release,
      ClusterConfig config) {
    var machines = new VirtualMachines(client, paths, launchers, release, config);
    machines.run();
    config.onChange(machines::configChanged);
    return machines;
  }

  private void run() {
    vmInformer.addEventHandler(new OnAnyChange<>(vm -> vms.wake(ObjectKey.of(vm))));
    vmiInformer.addEventHandler(new OnAnyChange<>(this::vmiChanged));
    podInformer.addEventHandler(new OnAnyChange<>(this::podChanged));
    claimInformer.addEventHandler(new OnAnyChange<>(this::claimChanged));
    namespaceInformer.addEventHandler(new OnAnyChange<>(this::namespaceChanged));
    dataVolumeInformer.addEventHandler(new OnAnyChange<>(this::dataVolumeChanged));
    informers().forEach(SharedIndexInformer::run);
  }

  private List<SharedIndexInformer<?>> informers() {
    return List.of(
        vmInformer, vmiInformer, podInformer, claimInformer, namespaceInformer, dataVolumeInformer);
  }

  private void configChanged() {
    vmInformer.getStore().list().forEach(vm -> vms.wake(ObjectKey.of(vm)));
  }

  /** Its labels may have changed, which select VMs. */
  private void namespaceChanged(Namespace namespace) {
    wake(vms, vmInformer, namespace.getMetadata().getName());
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
    wake(vmis, vmiInformer, claim.getMetadata().getNamespace());
  }

  /** It may be one that a VM beside it waits for. */
  private void dataVolumeChanged(GenericKubernetesResource volume) {
    wake(vms, vmInformer, volume.getMetadata().getNamespace());
  }

  private static void wake(
      WorkQueue<ObjectKey> queue,
      SharedIndexInformer<GenericKubernetesResource> known,
      String namespace) {
    known.getStore().list().stream()
        .map(ObjectKey::of)
        .filter(key -> key.namespace().equals(namespace))
        .forEach(queue::wake);
  }

  @Override
  public void close() {
    informers().forEach(SharedIndexInformer::close);
    vms.close();
    vmis.close();
  }
}
