// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.provisioner;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.virtmover.lab.kubevirt.api.EventRecorder;
import io.virtmover.lab.reconcile.OnAnyChange;
import io.virtmover.lab.reconcile.WorkQueue;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Gives claims their volumes, grows them, and deletes what is released. */
public final class Provisioner implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Provisioner.class.getName());
  private static final Duration RESYNC = Duration.ofMinutes(1);
  private static final String HOSTNAME = "kubernetes.io/hostname";

  private final KubernetesClient client;
  private final VolumeStore store;
  private final EventRecorder events;
  private final WorkQueue<String> claims = new WorkQueue<>("claims", this::lookAtClaim);
  private final WorkQueue<String> volumes = new WorkQueue<>("volumes", this::lookAtVolume);
  private final SharedIndexInformer<PersistentVolumeClaim> claimInformer;
  private final SharedIndexInformer<PersistentVolume> volumeInformer;

  private Provisioner(KubernetesClient client, Path folder) {
    this.client = client;
    this.store = new VolumeStore(folder);
    this.events = new EventRecorder(client, LabStorageClasses.PROVISIONER, Clock.systemUTC());
    LabStorageClasses.install(client);
    this.volumeInformer = client.persistentVolumes().runnableInformer(RESYNC.toMillis());
    this.claimInformer =
        client.persistentVolumeClaims().inAnyNamespace().runnableInformer(RESYNC.toMillis());
  }

  /**
   * Starts, opens the volumes that exist, and returns when everything is known.
   *
   * @param folder where the volumes lie
   */
  public static Provisioner start(KubernetesClient client, Path folder) {
    var provisioner = new Provisioner(client, folder);
    provisioner.run();
    return provisioner;
  }

  private void run() {
    volumeInformer.addEventHandler(
        new OnAnyChange<>(volume -> volumes.wake(volume.getMetadata().getName())));
    volumeInformer.run();
    claimInformer.addEventHandler(new OnAnyChange<>(claim -> claims.wake(name(claim))));
    claimInformer.run();
  }

  private Optional<Duration> lookAtClaim(String key) throws IOException {
    var claim = claimInformer.getIndexer().getByKey(key);
    if (claim == null) {
      return Optional.empty();
    }
    var storageClass =
        Optional.ofNullable(claim.getSpec().getStorageClassName())
            .filter(name -> !name.isEmpty())
            .map(name -> client.storage().v1().storageClasses().withName(name).get());
    var volume =
        Optional.ofNullable(claim.getSpec().getVolumeName())
            .map(name -> volumeInformer.getIndexer().getByKey(name));
    switch (ClaimDecision.of(claim, storageClass, volume)) {
      case ClaimDecision.Nothing() -> {}
      case ClaimDecision.Refuse(var message) ->
          events.record(claim, EventRecorder.Level.WARNING, "ProvisioningFailed", message);
      case ClaimDecision.Provision provision ->
          explained(claim, "ProvisioningFailed", () -> provision(claim, provision));
      case ClaimDecision.Grow grow ->
          explained(claim, "VolumeResizeFailed", () -> grow(claim, grow));
    }
    return Optional.empty();
  }

  @FunctionalInterface
  private interface Effect {
    void run() throws IOException;
  }

  /** What fails is said in an event on the claim, and tried again. */
  private void explained(HasMetadata about, String reason, Effect effect) throws IOException {
    try {
      effect.run();
    } catch (IOException e) {
      events.record(about, EventRecorder.Level.WARNING, reason, String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private void provision(PersistentVolumeClaim claim, ClaimDecision.Provision plan)
      throws IOException {
    var hostname = hostname(plan.node());
    var path = store.create(plan.volume(), plan.mode(), plan.bytes());
    try {
      client.persistentVolumes().resource(volume(claim, plan, path, hostname)).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return;
      }
      throw e;
    }
    LOG.log(Level.INFO, "Volume provisioned: {0} for {1}", plan.volume(), name(claim));
    events.record(
        claim,
        EventRecorder.Level.NORMAL,
        "ProvisioningSucceeded",
        "Successfully provisioned volume " + plan.volume());
  }

  private String hostname(Optional<String> node) throws IOException {
    var found =
        node.map(name -> client.nodes().withName(name).get())
            .or(() -> client.nodes().list().getItems().stream().findFirst());
    return found
        .map(Node::getMetadata)
        .map(metadata -> metadata.getLabels().get(HOSTNAME))
        .orElseThrow(() -> new IOException("the cluster has no node yet"));
  }

  private static PersistentVolume volume(
      PersistentVolumeClaim claim, ClaimDecision.Provision plan, Path path, String hostname) {
    return new PersistentVolumeBuilder()
        .withNewMetadata()
        .withName(plan.volume())
        .addToAnnotations(ClaimDecision.PROVISIONED_BY_ANNOTATION, LabStorageClasses.PROVISIONER)
        .endMetadata()
        .withNewSpec()
        .withStorageClassName(claim.getSpec().getStorageClassName())
        .withPersistentVolumeReclaimPolicy(plan.reclaimPolicy())
        .withAccessModes(claim.getSpec().getAccessModes())
        .withVolumeMode(plan.mode().text())
        .addToCapacity("storage", BinaryQuantity.of(plan.bytes()))
        .withNewClaimRef()
        .withApiVersion("v1")
        .withKind("PersistentVolumeClaim")
        .withNamespace(claim.getMetadata().getNamespace())
        .withName(claim.getMetadata().getName())
        .withUid(claim.getMetadata().getUid())
        .endClaimRef()
        .withNewLocal()
        .withPath(path.toString())
        .endLocal()
        .withNewNodeAffinity()
        .withNewRequired()
        .addNewNodeSelectorTerm()
        .addNewMatchExpression()
        .withKey(HOSTNAME)
        .withOperator("In")
        .withValues(hostname)
        .endMatchExpression()
        .endNodeSelectorTerm()
        .endRequired()
        .endNodeAffinity()
        .endSpec()
        .build();
  }

  private void grow(PersistentVolumeClaim claim, ClaimDecision.Grow plan) throws IOException {
    var volume = plan.volume().getMetadata().getName();
    store.grow(volume, VolumeMode.of(plan.volume().getSpec().getVolumeMode()), plan.bytes());
    var capacity = Map.of("storage", BinaryQuantity.of(plan.bytes()));
    client
        .persistentVolumes()
        .withName(volume)
        .edit(
            now ->
                new PersistentVolumeBuilder(now)
                    .editSpec()
                    .withCapacity(capacity)
                    .endSpec()
                    .build());
    client
        .persistentVolumeClaims()
        .inNamespace(claim.getMetadata().getNamespace())
        .withName(claim.getMetadata().getName())
        .editStatus(
            now -> {
              now.getStatus().setCapacity(capacity);
              return now;
            });
    LOG.log(Level.INFO, "Volume grown: {0} of {1}", volume, name(claim));
    events.record(
        claim, EventRecorder.Level.NORMAL, "VolumeResizeSuccessful", "Resize volume succeeded");
  }

  private Optional<Duration> lookAtVolume(String name) throws IOException {
    var volume = volumeInformer.getIndexer().getByKey(name);
    if (volume == null
        || !LabStorageClasses.PROVISIONER.equals(
            ClaimDecision.annotations(volume.getMetadata())
                .get(ClaimDecision.PROVISIONED_BY_ANNOTATION))) {
      return Optional.empty();
    }
    var isReleased = volume.getStatus() != null && "Released".equals(volume.getStatus().getPhase());
    if (isReleased && "Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy())) {
      store.delete(name);
      client.persistentVolumes().withName(name).delete();
      LOG.log(Level.INFO, "Volume deleted: {0}", name);
    } else {
      store.open(name, VolumeMode.of(volume.getSpec().getVolumeMode()));
    }
    return Optional.empty();
  }

  private static String name(HasMetadata object) {
    return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
  }

  @Override
  public void close() {
    claimInformer.close();
    volumeInformer.close();
    claims.close();
    volumes.close();
  }
}
