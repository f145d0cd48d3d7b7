// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.virtmover.lab.kubevirt.BackupCommand;
import io.virtmover.lab.kubevirt.Checkpoint;
import io.virtmover.lab.kubevirt.VmiKey;
import io.virtmover.lab.kubevirt.VmiSubresources;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * A VM side without a VM: volumes are mounted at once, jobs tell their checkpoint at once; a push
 * job ends well when the backup shows it, a pull job when it is aborted. Exporter pods are ready at
 * once.
 */
final class PlayedVm implements VmiSubresources, AutoCloseable {
  private static final DateTimeFormatter IN_NAMES =
      DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss").withZone(ZoneOffset.UTC);
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;
  private final String namespace;
  private final List<BackupCommand> commands = new CopyOnWriteArrayList<>();
  private final List<SharedIndexInformer<?>> informers;

  PlayedVm(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
    this.informers =
        List.of(
            client
                .genericKubernetesResources(Kinds.VMI)
                .inNamespace(namespace)
                .inform(new Seeing<>(this::seeInstance)),
            client
                .genericKubernetesResources(Kinds.BACKUP)
                .inNamespace(namespace)
                .inform(new Seeing<>(this::seeBackup)),
            client.pods().inNamespace(namespace).inform(new Seeing<>(this::seePod)));
  }

  List<BackupCommand> commands() {
    return commands;
  }

  long exports() {
    return commands.stream().filter(BackupCommand.Export.class::isInstance).count();
  }

  @Override
  public void backup(VmiKey vmi, BackupCommand command) {
    if (!vmi.namespace().equals(namespace)) {
      return;
    }
    commands.add(command);
    if (command instanceof BackupCommand.Abort) {
      patchJob(Map.of("completed", true));
    }
  }

  @Override
  public void redefineCheckpoint(VmiKey vmi, Checkpoint checkpoint) {}

  /** Mounts and unmounts volumes, and tells the checkpoint of a job that was claimed. */
  private void seeInstance(GenericKubernetesResource instance) {
    var fields = Fields.of(instance);
    var wanted = names(fields.list("spec", "utilityVolumes"));
    if (!wanted.equals(names(fields.list("status", "volumeStatus")))) {
      patch(
          Map.of(
              "volumeStatus",
              wanted.stream()
                  .map(name -> Map.of("name", name, "phase", "MountedToPod", "target", ""))
                  .toList()));
    }
    fields
        .object("status", "changedBlockTracking", "backupStatus")
        .filter(job -> job.text("checkpointName").isEmpty())
        .flatMap(job -> job.text("backupName"))
        .ifPresent(this::tellCheckpoint);
  }

  private void tellCheckpoint(String backup) {
    for (var command : commands) {
      if (command instanceof BackupCommand.Start start && start.backupName().equals(backup)) {
        patchJob(
            Map.of(
                "checkpointName",
                backup + "-" + IN_NAMES.format(start.backupStartTime()),
                "quiesceStatus",
                "Succeeded",
                "volumes",
                List.of(Map.of("volumeName", "rootdisk"))));
      }
    }
  }

  private void seeBackup(GenericKubernetesResource backup) {
    var fields = Fields.of(backup);
    if (fields.has("status", "checkpointName")
        && !fields.text("spec", "mode").orElse("").equals("Pull")) {
      patchJob(Map.of("completed", true));
    }
  }

  private void seePod(Pod pod) {
    if (pod.getMetadata().getDeletionTimestamp() == null
        && !"Running".equals(pod.getStatus().getPhase())) {
      client
          .pods()
          .inNamespace(namespace)
          .withName(pod.getMetadata().getName())
          .subresource("status")
          .patch(
              MERGE,
              """
              {"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}""");
    }
  }

  private static List<String> names(List<Fields> volumes) {
    return volumes.stream().flatMap(volume -> volume.text("name").stream()).toList();
  }

  /** Only a job that is there is changed: the controller removes it at the end. */
  private void patchJob(Map<String, Object> changes) {
    var instance =
        client.genericKubernetesResources(Kinds.VMI).inNamespace(namespace).withName("vm1").get();
    var job = Fields.of(instance).object("status", "changedBlockTracking", "backupStatus");
    if (job.isEmpty() || job.get().isTrue("completed")) {
      return;
    }
    var next = new HashMap<String, Object>(changes);
    patch(Map.of("changedBlockTracking", Map.of("backupStatus", next)));
  }

  private void patch(Map<String, Object> status) {
    client
        .genericKubernetesResources(Kinds.VMI)
        .inNamespace(namespace)
        .withName("vm1")
        .patch(MERGE, client.getKubernetesSerialization().asJson(Map.of("status", status)));
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }

  @Override
  public String toString() {
    return commands.stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  /** Sees every version. */
  private record Seeing<T>(java.util.function.Consumer<T> eye) implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      eye.accept(object);
    }

    @Override
    public void onUpdate(T before, T after) {
      eye.accept(after);
    }

    @Override
    public void onDelete(T object, boolean unknown) {}
  }
}
