// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.lab.kubevirt.ClusterConfig;
import io.virtmover.lab.kubevirt.api.EventRecorder;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.JsonPatch;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** KubeVirt's VM controller: makes and deletes the VMI, and tells in the VM's status about it. */
final class VmReconciler {
  private static final String FINALIZER = "kubevirt.io/virtualMachineControllerFinalize";
  private static final String REQUESTS = "/status/stateChangeRequests";

  private final KubernetesClient client;
  private final VmObjects objects;
  private final ClusterConfig config;
  private final DataVolumeTemplates templates;
  private final EventRecorder events;
  private final Clock clock = Clock.systemUTC();

  VmReconciler(KubernetesClient client, VmObjects objects, ClusterConfig config) {
    this.client = client;
    this.objects = objects;
    this.config = config;
    this.templates = new DataVolumeTemplates(objects);
    this.events = new EventRecorder(client, "virtualmachine-controller", clock);
  }

  Optional<Duration> reconcile(ObjectKey key) {
    var found = objects.find(Kinds.VM, key);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    var vm = found.get();
    var vmi = objects.find(Kinds.VMI, key);
    if (vm.getMetadata().getDeletionTimestamp() != null) {
      delete(key, vm, vmi);
    } else if (objects.hasFinalizer(vm, FINALIZER)) {
      run(key, vm, vmi);
    } else {
      objects.addFinalizer(Kinds.VM, vm, FINALIZER);
    }
    objects.find(Kinds.VM, key).ifPresent(now -> report(key, now, objects.find(Kinds.VMI, key)));
    return Optional.empty();
  }

  private void delete(
      ObjectKey key, GenericKubernetesResource vm, Optional<GenericKubernetesResource> vmi) {
    if (vmi.isPresent()) {
      objects.delete(Kinds.VMI, key);
    } else if (objects.hasFinalizer(vm, FINALIZER)) {
      objects.removeFinalizer(Kinds.VM, vm, FINALIZER);
    }
  }

  private void run(
      ObjectKey key, GenericKubernetesResource vm, Optional<GenericKubernetesResource> vmi) {
    var fields = Fields.of(vm);
    if (!templates.areReady(vm) && RunStrategy.of(fields) != RunStrategy.HALTED) {
      return;
    }
    var requests = fields.list("status", "stateChangeRequests");
    switch (Lifecycle.of(RunStrategy.of(fields), vmi.map(this::instance), first(requests))) {
      case NOTHING -> {}
      case CREATE_VMI -> create(vm);
      case DELETE_VMI -> deleteVmi(key, vm);
      case DROP_REQUEST -> drop(key);
      case CREATE_VMI_AND_DROP_REQUEST -> {
        create(vm);
        drop(key);
      }
    }
  }

  private static Optional<Lifecycle.Request> first(List<Fields> requests) {
    return requests.stream()
        .findFirst()
        .map(
            request ->
                new Lifecycle.Request(
                    request.text("action").orElse("").equals("Start"), request.text("uid")));
  }

  private Lifecycle.Instance instance(GenericKubernetesResource vmi) {
    return new Lifecycle.Instance(
        vmi.getMetadata().getUid(), phase(vmi), vmi.getMetadata().getDeletionTimestamp() != null);
  }

  private static VmiPhase phase(GenericKubernetesResource vmi) {
    return VmiPhase.of(Fields.of(vmi).text("status", "phase").orElse(""));
  }

  private void create(GenericKubernetesResource vm) {
    objects.create(Kinds.VMI, NewVmi.of(vm, wish(vm) == Tracking.Wish.YES));
    events.record(
        vm,
        EventRecorder.Level.NORMAL,
        "SuccessfulCreate",
        "Started the virtual machine by creating the new virtual machine instance "
            + vm.getMetadata().getName());
  }

  private void deleteVmi(ObjectKey key, GenericKubernetesResource vm) {
    objects.delete(Kinds.VMI, key);
    events.record(
        vm,
        EventRecorder.Level.NORMAL,
        "SuccessfulDelete",
        "Stopped the virtual machine by deleting the virtual machine instance " + key.name());
  }

  private void drop(ObjectKey key) {
    objects.patchStatus(Kinds.VM, key, new JsonPatch().remove(REQUESTS + "/0"));
  }

  /** By the labels of the VM and those of its namespace. */
  private Tracking.Wish wish(GenericKubernetesResource vm) {
    var namespace = client.namespaces().withName(vm.getMetadata().getNamespace()).get();
    if (!config.selects(labels(vm), namespace == null ? Map.of() : labels(namespace))) {
      return Tracking.Wish.NO;
    }
    return config.gates().incrementalBackup() ? Tracking.Wish.YES : Tracking.Wish.GATE_IS_SHUT;
  }

  private static Map<String, String> labels(HasMetadata object) {
    return Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
  }

  private void report(
      ObjectKey key, GenericKubernetesResource vm, Optional<GenericKubernetesResource> vmi) {
    var fields = Fields.of(vm);
    var instance = vmi.map(Fields::of);
    var isReady = instance.map(VmReconciler::isReady).orElse(false);
    var generation = vm.getMetadata().getGeneration();
    var patch =
        new StatusPatch(vm)
            .set("created", vmi.isPresent())
            .set("ready", isReady)
            .set("printableStatus", PrintableStatus.of(vm, vmi).text())
            .set("runStrategy", RunStrategy.of(fields).text())
            .set("observedGeneration", generation)
            .set("desiredGeneration", generation)
            .set("conditions", conditions(vm, instance));
    var tracking =
        Tracking.ofVm(
            wish(vm),
            fields.text("status", "changedBlockTracking", "state"),
            instance.map(i -> i.text("status", "changedBlockTracking", "state").orElse("")));
    tracking.ifPresent(state -> patch.setNested("changedBlockTracking", "state", state));
    if (vmi.isPresent() && tracking.filter(Tracking.PENDING_RESTART::equals).isPresent()) {
      var pending = new StatusPatch(vmi.get());
      pending.setNested("changedBlockTracking", "state", Tracking.PENDING_RESTART);
      objects.merge(Kinds.VMI, key, pending);
    }
    objects.mergeStatus(Kinds.VM, key, patch);
  }

  private static boolean isReady(Fields vmi) {
    return vmi.list("status", "conditions").stream()
        .anyMatch(
            condition ->
                condition.text("type").orElse("").equals("Ready")
                    && condition.text("status").orElse("").equals("True"));
  }

  /** The VM shows the conditions of its VMI. */
  private List<Map<String, Object>> conditions(
      GenericKubernetesResource vm, Optional<Fields> instance) {
    var said = new ArrayList<VmConditions.Said>();
    instance.map(fields -> fields.list("status", "conditions")).orElse(List.of()).stream()
        .map(
            condition ->
                new VmConditions.Said(
                    condition.text("type").orElse(""),
                    condition.text("status").orElse("").equals("True"),
                    condition.text("reason").orElse(""),
                    condition.text("message").orElse("")))
        .forEach(said::add);
    if (said.isEmpty()) {
      said.add(VmConditions.Said.no("Ready", "VMINotExists", "VMI does not exist"));
    }
    return new VmConditions(vm, clock).list(said);
  }
}
