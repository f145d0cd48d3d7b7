// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.lab.kubevirt.ClusterConfig;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.vm.VirtualMachines;
import io.virtmover.lab.provisioner.LabStorageClasses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Makes, starts and stops VMs through the cluster's API, as people do; every wait is by watch. */
public final class LabVms {
  /** How KubeVirt boots a kernel that comes in an image. */
  private static final Map<String, Object> KERNEL_BOOT =
      Map.of(
          "container",
          Map.of(
              "image",
              VirtualMachines.LINUX_IMAGE,
              "kernelPath",
              "/boot/vmlinuz",
              "initrdPath",
              "/boot/initrd"));

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;
  private final Duration patience;
  private final boolean isLinux;
  private final boolean hasTemplates;

  /**
   * @param patience how long a VM may take to start or stop
   */
  public LabVms(KubernetesClient client, Duration patience) {
    this(client, patience, false, false);
  }

  private LabVms(
      KubernetesClient client, Duration patience, boolean isLinux, boolean hasTemplates) {
    this.client = client;
    this.patience = patience;
    this.isLinux = isLinux;
    this.hasTemplates = hasTemplates;
  }

  /** The same, but the VMs it creates boot the lab's Linux. */
  public LabVms linux() {
    return new LabVms(client, patience, true, hasTemplates);
  }

  /**
   * The same, but the VMs it creates have DataVolumes made for their disks ({@code
   * dataVolumeTemplates}), which an image is imported into; by default of the classes whose volumes
   * are made at once.
   */
  public LabVms withTemplates() {
    return new LabVms(client, patience, isLinux, true);
  }

  /** Creates the claims of a VM, or what makes them, and the VM, which starts. */
  public void create(
      String namespace, String name, List<DiskRequest> disks, Optional<String> storageClass) {
    if (vm(namespace, name).get() != null) {
      throw new LabException("VM %s/%s exists already".formatted(namespace, name));
    }
    if (hasTemplates) {
      createWithTemplates(namespace, name, disks, storageClass);
      return;
    }
    for (var number = 0; number < disks.size(); number++) {
      var disk = disks.get(number);
      createClaim(
          namespace,
          claim(name, number),
          disk.size(),
          storageClass.orElse(defaultClass(disk)),
          mode(disk));
    }
    createOverClaims(namespace, name, disks.size());
  }

  private static String defaultClass(DiskRequest disk) {
    return disk.isBlock() ? LabStorageClasses.BLOCK : LabStorageClasses.FILESYSTEM;
  }

  private static String mode(DiskRequest disk) {
    return disk.isBlock() ? "Block" : "Filesystem";
  }

  private void createWithTemplates(
      String namespace, String name, List<DiskRequest> disks, Optional<String> storageClass) {
    var templates = new ArrayList<Map<String, Object>>();
    var volumes = new ArrayList<Map<String, Object>>();
    for (var number = 0; number < disks.size(); number++) {
      var disk = disks.get(number);
      var dataVolume = claim(name, number);
      templates.add(
          Map.of(
              "metadata",
              Map.of("name", dataVolume),
              "spec",
              Map.of(
                  "source",
                  Map.of("blank", Map.of()),
                  "storage",
                  Map.of(
                      "accessModes",
                      List.of("ReadWriteOnce"),
                      "volumeMode",
                      mode(disk),
                      "storageClassName",
                      storageClass.orElse(defaultClass(disk) + LabStorageClasses.IMMEDIATE),
                      "resources",
                      Map.of("requests", Map.of("storage", disk.size().toString()))))));
      volumes.add(
          Map.of("name", DiskRequest.volume(number), "dataVolume", Map.of("name", dataVolume)));
    }
    createOver(namespace, name, volumes, templates);
  }

  /** Creates a VM over the claims that {@link #create} would have made; what they hold is used. */
  public void createOverClaims(String namespace, String name, int disks) {
    var volumes = new ArrayList<Map<String, Object>>();
    for (var number = 0; number < disks; number++) {
      volumes.add(
          Map.of(
              "name",
              DiskRequest.volume(number),
              "persistentVolumeClaim",
              Map.of("claimName", claim(name, number))));
    }
    createOver(namespace, name, volumes, List.of());
  }

  private static String claim(String name, int number) {
    return name + "-" + DiskRequest.volume(number);
  }

  /** Creates a claim that one node may use at a time. */
  public PersistentVolumeClaim createClaim(
      String namespace, String name, Quantity size, String storageClass, String volumeMode) {
    return client
        .resource(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withVolumeMode(volumeMode)
                .withStorageClassName(storageClass)
                .withNewResources()
                .addToRequests("storage", size)
                .endResources()
                .endSpec()
                .build())
        .create();
  }

  private void createOver(
      String namespace,
      String name,
      List<Map<String, Object>> volumes,
      List<Map<String, Object>> templates) {
    var vm = new GenericKubernetesResource();
    vm.setApiVersion("kubevirt.io/v1");
    vm.setKind("VirtualMachine");
    vm.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(name)
            .addToLabels(ClusterConfig.TRACKING_LABEL, "true")
            .build());
    var disks =
        volumes.stream()
            .map(volume -> Map.of("name", volume.get("name"), "disk", Map.of("bus", "virtio")))
            .toList();
    var domain = new LinkedHashMap<String, Object>();
    domain.put("devices", Map.of("disks", disks));
    if (isLinux) {
      domain.put("firmware", Map.of("kernelBoot", KERNEL_BOOT));
    }
    var template = Map.of("spec", Map.of("domain", domain, "volumes", volumes));
    var spec =
        new LinkedHashMap<String, Object>(Map.of("runStrategy", "Always", "template", template));
    if (!templates.isEmpty()) {
      spec.put("dataVolumeTemplates", templates);
    }
    vm.setAdditionalProperty("spec", spec);
    client.resource(vm).create();
  }

  /** Waits until a VM runs and its changed blocks are tracked. */
  public void awaitRunning(String namespace, String name) {
    await(
        Kinds.VMI,
        namespace,
        name,
        "run",
        vmi ->
            vmi != null
                && Fields.of(vmi).text("status", "phase").orElse("").equals("Running")
                && Fields.of(vmi)
                    .text("status", "changedBlockTracking", "state")
                    .orElse("Enabled")
                    .equals("Enabled"));
  }

  /** Starts a VM as virtctl does, and waits until it runs. */
  public void start(String namespace, String name) {
    setStrategy(namespace, name, "Always");
    awaitRunning(namespace, name);
  }

  /** Stops a VM as virtctl does, and waits until its VMI is gone. */
  public void stop(String namespace, String name) {
    setStrategy(namespace, name, "Halted");
    await(Kinds.VMI, namespace, name, "stop", vmi -> vmi == null);
  }

  private void setStrategy(String namespace, String name, String strategy) {
    existing(namespace, name);
    vm(namespace, name).patch(MERGE, "{\"spec\":{\"runStrategy\":\"%s\"}}".formatted(strategy));
  }

  /** Stops the VMI that runs and starts another, as virtctl's restart does; waits for it. */
  public void restart(String namespace, String name) {
    existing(namespace, name);
    var vmi = at(Kinds.VMI, namespace, name).get();
    if (vmi == null) {
      throw new LabException("VM %s/%s is not running".formatted(namespace, name));
    }
    var uid = vmi.getMetadata().getUid();
    vm(namespace, name)
        .subresource("status")
        .patch(
            MERGE,
            ("{\"status\":{\"stateChangeRequests\":[{\"action\":\"Stop\",\"uid\":\"%s\"},"
                    + "{\"action\":\"Start\"}]}}")
                .formatted(uid));
    awaitOther(namespace, name, uid);
  }

  /** Waits until a VM runs in another VMI than this one. */
  public void awaitOther(String namespace, String name, String uid) {
    await(
        Kinds.VMI,
        namespace,
        name,
        "be replaced",
        vmi -> vmi != null && !vmi.getMetadata().getUid().equals(uid));
    awaitRunning(namespace, name);
  }

  /** The UID of the VMI that runs. */
  public String instance(String namespace, String name) {
    return Optional.ofNullable(at(Kinds.VMI, namespace, name).get())
        .orElseThrow(() -> new LabException("VM %s/%s is not running".formatted(namespace, name)))
        .getMetadata()
        .getUid();
  }

  /** Deletes a VM and the claims of its disks, and waits until it is gone. */
  public void delete(String namespace, String name) {
    var vm = existing(namespace, name);
    vm(namespace, name).delete();
    await(Kinds.VM, namespace, name, "go", gone -> gone == null);
    Fields.of(vm).list("spec", "template", "spec", "volumes").stream()
        .flatMap(volume -> volume.text("persistentVolumeClaim", "claimName").stream())
        .forEach(
            claim ->
                client.persistentVolumeClaims().inNamespace(namespace).withName(claim).delete());
  }

  /** All VMs, or those of a namespace. */
  public List<GenericKubernetesResource> list(Optional<String> namespace) {
    var vms = client.genericKubernetesResources(Kinds.VM);
    return namespace.isPresent()
        ? vms.inNamespace(namespace.get()).list().getItems()
        : vms.inAnyNamespace().list().getItems();
  }

  private GenericKubernetesResource existing(String namespace, String name) {
    return Optional.ofNullable(vm(namespace, name).get())
        .orElseThrow(() -> new LabException("there is no VM %s/%s".formatted(namespace, name)));
  }

  private Resource<GenericKubernetesResource> vm(String namespace, String name) {
    return at(Kinds.VM, namespace, name);
  }

  private Resource<GenericKubernetesResource> at(
      ResourceDefinitionContext kind, String namespace, String name) {
    return client.genericKubernetesResources(kind).inNamespace(namespace).withName(name);
  }

  private void await(
      ResourceDefinitionContext kind,
      String namespace,
      String name,
      String what,
      Predicate<GenericKubernetesResource> isSo) {
    try {
      at(kind, namespace, name)
          .waitUntilCondition(isSo, patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (KubernetesClientTimeoutException e) {
      var status =
          Optional.ofNullable(vm(namespace, name).get())
              .flatMap(vm -> Fields.of(vm).text("status", "printableStatus"))
              .orElse("no status");
      throw new LabException(
          "VM %s/%s did not %s within %d s: %s; look at its events with lab/lab kubectl -n %s describe vm,vmi,pod,pvc"
              .formatted(namespace, name, what, patience.toSeconds(), status, namespace),
          e);
    }
  }
}
