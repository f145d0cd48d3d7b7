// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.cluster.BackupTracker;
import io.virtmover.cluster.VmExport;
import io.virtmover.controller.Keys;
import io.virtmover.controller.watch.Creation;
import io.virtmover.controller.watch.ToldEvents;
import io.virtmover.domain.VmRef;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads KubeVirt's objects, makes backups and trackers, and deletes backups. */
@ApplicationScoped
public class KubeVirt {
  private final KubernetesClient client;
  private final ObjectMapper json = new ObjectMapper();
  private volatile Optional<String> exportVersion = Optional.empty();

  KubeVirt(KubernetesClient client) {
    this.client = client;
  }

  /** A VM, if it is there. */
  public Optional<VirtualMachine> vm(VmRef vm) {
    return reference(vm).map(found -> VirtualMachine.read(tree(found), running(vm)));
  }

  /** What runs of a VM, if it runs. */
  public Optional<VmInstance> instance(VmRef vm) {
    return running(vm).map(VmInstance::read);
  }

  private Optional<JsonNode> running(VmRef vm) {
    return Optional.ofNullable(at(KubeVirtKinds.VMI, vm.namespace(), vm.name()).get())
        .map(this::tree);
  }

  /** The node that a VM runs on; empty for one that does not run. */
  public Optional<String> node(VmRef vm) {
    return running(vm).map(KubeVirt::node).filter(name -> !name.isEmpty());
  }

  static String node(JsonNode instance) {
    return instance.path("status").path("nodeName").asText("");
  }

  /** A VM as an object to refer to. */
  public Optional<GenericKubernetesResource> reference(VmRef vm) {
    return Optional.ofNullable(at(KubeVirtKinds.VM, vm.namespace(), vm.name()).get());
  }

  private Resource<GenericKubernetesResource> at(
      ResourceDefinitionContext kind, String namespace, String name) {
    return client.genericKubernetesResources(kind).inNamespace(namespace).withName(name);
  }

  /**
   * What the cluster's KubeVirt can do.
   *
   * @throws io.virtmover.failure.VirtMoverException {@code UNSUPPORTED} when backups are off
   */
  public Abilities abilities() {
    return Abilities.of(installed(), exportVersion().isPresent());
  }

  private Optional<JsonNode> installed() {
    try {
      return client
          .genericKubernetesResources(KubeVirtKinds.KUBEVIRT)
          .inAnyNamespace()
          .list()
          .getItems()
          .stream()
          .findFirst()
          .map(this::tree);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The export of a backup, if it is there; it has the backup's name. */
  public Optional<VmExport> export(String namespace, String backup) {
    return exportVersion()
        .flatMap(
            version ->
                Optional.ofNullable(at(KubeVirtKinds.export(version), namespace, backup).get()))
        .map(found -> VmExport.read(tree(found)));
  }

  /** Once there, a version stays served; asking for each look would double the requests. */
  private Optional<String> exportVersion() {
    if (exportVersion.isEmpty()) {
      exportVersion = servedExportVersion();
    }
    return exportVersion;
  }

  private Optional<String> servedExportVersion() {
    var group = client.getApiGroup(KubeVirtKinds.EXPORT_GROUP);
    return Optional.ofNullable(group)
        .flatMap(
            found ->
                found.getVersions().stream()
                    .map(version -> version.getVersion())
                    .filter(version -> version.equals("v1") || version.equals("v1beta1"))
                    .min(Comparator.naturalOrder()));
  }

  /** Every tracker of a VM that is ours, or the Go project's. */
  public List<BackupTracker> trackers(VmRef vm) {
    var trackers = new ArrayList<BackupTracker>();
    for (var found : trackersIn(vm.namespace())) {
      var labels = found.getMetadata().getLabels();
      var isKnown =
          labels != null
              && (labels.containsKey(Keys.VM_HASH) || labels.containsKey(Keys.peers(Keys.VM_HASH)));
      var tree = tree(found);
      if (isKnown && vmOf(tree).equals(vm.name())) {
        trackers.add(BackupTracker.read(tree));
      }
    }
    return trackers;
  }

  /** The VM that a backup's source leads to; empty where its tracker is not there. */
  public Optional<String> vmOf(String namespace, BackupSource source) {
    return source.isTracker()
        ? Optional.ofNullable(at(KubeVirtKinds.TRACKER, namespace, source.name()).get())
            .map(tracker -> vmOf(tree(tracker)))
        : Optional.of(source.name());
  }

  private static String vmOf(JsonNode tracker) {
    return tracker.path("spec").path("source").path("name").asText();
  }

  private List<GenericKubernetesResource> trackersIn(String namespace) {
    return client
        .genericKubernetesResources(KubeVirtKinds.TRACKER)
        .inNamespace(namespace)
        .list()
        .getItems();
  }

  /** Makes a VM's tracker, unless it is there; returns its name. */
  public String makeTracker(VmRef vm) {
    var tracker = NewTracker.of(vm);
    create(tracker.object(json), vm.namespace());
    return tracker.name();
  }

  /** Makes a VM's tracker once more under the name that a backup of it knows. */
  public void remakeTracker(VmRef vm, String name) {
    create(new NewTracker(vm, name).object(json), vm.namespace());
  }

  /** When a tracker was made, if it is there. */
  public Optional<Instant> trackerMade(String namespace, String name) {
    return Optional.ofNullable(at(KubeVirtKinds.TRACKER, namespace, name).get())
        .map(found -> Instant.parse(found.getMetadata().getCreationTimestamp()));
  }

  /** Whether a tracker is there. */
  private boolean hasTracker(String namespace, String name) {
    return at(KubeVirtKinds.TRACKER, namespace, name).get() != null;
  }

  /**
   * Makes a backup's tracker once more if it is gone: KubeVirt looks for it before all else, and
   * never ends a backup without it.
   *
   * @return whether it was gone
   */
  public boolean unblock(VmRef vm, BackupSource source) {
    if (!source.isTracker() || hasTracker(vm.namespace(), source.name())) {
      return false;
    }
    remakeTracker(vm, source.name());
    return true;
  }

  /** Whether a backup is there; caches can be behind what has just been made. */
  public boolean hasBackup(String namespace, String name) {
    return at(KubeVirtKinds.BACKUP, namespace, name).get() != null;
  }

  /** Makes a backup, unless it is there. */
  public void makeBackup(NewBackup backup) {
    create(backup.object(json), backup.metadata().getNamespace());
  }

  private void create(JsonNode object, String namespace) {
    var resource = json.convertValue(object, GenericKubernetesResource.class);
    resource.setApiVersion(KubeVirtKinds.BACKUP_GROUP + "/" + KubeVirtKinds.BACKUP_VERSION);
    Creation.unlessThere(client.resource(resource).inNamespace(namespace));
  }

  /** Asks for a backup to be deleted; KubeVirt ends it first if it runs. */
  public void deleteBackup(String namespace, String name) {
    at(KubeVirtKinds.BACKUP, namespace, name).delete();
  }

  /** Why virt-launcher last refused to start a backup; KubeVirt tells it by an event alone. */
  public Optional<String> refusal(VmRef vm, Instant since) {
    return ToldEvents.latest(client, vm.namespace(), vm.name(), Set.of("BackupError"), since);
  }

  /** When the VM was last restored from a snapshot, if it was. */
  public Optional<Instant> lastRestore(VmRef vm) {
    try {
      return client
          .genericKubernetesResources(KubeVirtKinds.RESTORE)
          .inNamespace(vm.namespace())
          .list()
          .getItems()
          .stream()
          .filter(found -> targetOf(found).equals(vm.name()))
          .map(found -> restored(tree(found)))
          .max(Comparator.naturalOrder());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** One that waits for its VM to stop has its effect long after it was made. */
  static Instant restored(JsonNode restore) {
    var end = restore.path("status").path("restoreTime").asText("");
    return Instant.parse(
        end.isEmpty() ? restore.path("metadata").path("creationTimestamp").asText() : end);
  }

  private String targetOf(GenericKubernetesResource restore) {
    return tree(restore).path("spec").path("target").path("name").asText();
  }

  /** An object as it was sent. */
  public JsonNode tree(Object object) {
    return json.valueToTree(object);
  }
}
