// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.datavolume;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.virtmover.lab.kubevirt.api.EventRecorder;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.JsonPatch;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.api.Owners;
import io.virtmover.lab.kubevirt.launcher.NodePaths;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the claim of a DataVolume, populates it once, and tells in the status how far it is. */
final class DataVolumeReconciler {
  /** On the claim: which DataVolume need not populate it any more. */
  private static final String POPULATED_FOR = "cdi.kubevirt.io/storage.populatedFor";

  /** On the DataVolume: the claim that somebody else has populated, or will. */
  private static final String PRE_POPULATED = "cdi.kubevirt.io/storage.prePopulated";

  /** On the claim: how far the import is. */
  private static final String IMPORT = "cdi.kubevirt.io/storage.pod.phase";

  /** What a class says that waits for a pod before it has a volume. */
  private static final String WAITS = "WaitForFirstConsumer";

  private final KubernetesClient client;
  private final KubeObjects objects;
  private final NodePaths paths;
  private final EventRecorder events;

  DataVolumeReconciler(KubernetesClient client, NodePaths paths) {
    this.client = client;
    this.objects = new KubeObjects(client);
    this.paths = paths;
    this.events = new EventRecorder(client, "datavolume-import-controller", Clock.systemUTC());
  }

  Optional<Duration> reconcile(ObjectKey key) throws IOException {
    var volume = objects.find(Kinds.DATA_VOLUME, key);
    if (volume.isPresent() && volume.get().getMetadata().getDeletionTimestamp() == null) {
      report(key, volume.get(), bring(volume.get(), Optional.ofNullable(claim(key).get())));
    }
    return Optional.empty();
  }

  /** Does what is next; the phase that it leads to. */
  private String bring(GenericKubernetesResource volume, Optional<PersistentVolumeClaim> found)
      throws IOException {
    if (found.isEmpty()) {
      if (!annotations(volume.getMetadata().getAnnotations()).containsKey(PRE_POPULATED)) {
        create(volume);
      }
      return "Pending";
    }
    var claim = found.get();
    if (claim.getMetadata().getDeletionTimestamp() != null) {
      return "Pending";
    }
    var isPopulated =
        volume
            .getMetadata()
            .getName()
            .equals(annotations(claim.getMetadata().getAnnotations()).get(POPULATED_FOR));
    if (!isControlled(claim, volume)) {
      if (!isPopulated) {
        events.record(
            volume,
            EventRecorder.Level.WARNING,
            "ErrResourceExists",
            "Resource \"%s\" already exists and is not managed by DataVolume"
                .formatted(claim.getMetadata().getName()));
        return "Pending";
      }
      edit(
          claim,
          adopted -> adopted.getMetadata().getOwnerReferences().add(Owners.controller(volume)));
    }
    if (!"Bound".equals(claim.getStatus().getPhase())) {
      return waitsForPod(claim) ? WAITS : "Pending";
    }
    return isPopulated || isImported(claim, volume) ? "Succeeded" : "ImportInProgress";
  }

  private boolean isImported(PersistentVolumeClaim claim, GenericKubernetesResource volume)
      throws IOException {
    if ("Succeeded".equals(annotations(claim.getMetadata().getAnnotations()).get(IMPORT))) {
      return true;
    }
    var path =
        paths.of(claim.getMetadata().getNamespace(), claim.getMetadata().getName()).orElseThrow();
    ImportedImage.of(volume).writeTo(claim, path);
    edit(claim, done -> done.getMetadata().getAnnotations().put(IMPORT, "Succeeded"));
    return false;
  }

  private void create(GenericKubernetesResource volume) {
    var spec = Fields.of(volume);
    var wanted = spec.object("spec", "pvc").or(() -> spec.object("spec", "storage")).orElseThrow();
    var claim =
        client
            .getKubernetesSerialization()
            .convertValue(wanted.map(), PersistentVolumeClaimSpec.class);
    if (claim.getAccessModes().isEmpty()) {
      claim.getAccessModes().add("ReadWriteOnce");
    }
    client
        .resource(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace(volume.getMetadata().getNamespace())
                .withName(volume.getMetadata().getName())
                .withOwnerReferences(Owners.controller(volume))
                .endMetadata()
                .withSpec(claim)
                .build())
        .create();
  }

  private boolean waitsForPod(PersistentVolumeClaim claim) {
    var storageClass =
        client.storage().v1().storageClasses().withName(claim.getSpec().getStorageClassName());
    return Optional.ofNullable(storageClass.get())
        .filter(found -> WAITS.equals(found.getVolumeBindingMode()))
        .isPresent();
  }

  private void report(ObjectKey key, GenericKubernetesResource volume, String phase) {
    if (Fields.of(volume).text("status", "phase").orElse("").equals(phase)) {
      return;
    }
    var status = Map.of("claimName", key.name(), "phase", phase);
    objects.patchStatus(
        Kinds.DATA_VOLUME, key, new JsonPatch().add("/status", status).operations());
  }

  private static boolean isControlled(
      PersistentVolumeClaim claim, GenericKubernetesResource volume) {
    return claim.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(volume.getMetadata().getUid()));
  }

  private void edit(PersistentVolumeClaim claim, Consumer<PersistentVolumeClaim> change) {
    claim(ObjectKey.of(claim))
        .edit(
            now -> {
              if (now.getMetadata().getAnnotations() == null) {
                now.getMetadata().setAnnotations(new LinkedHashMap<>());
              }
              change.accept(now);
              return now;
            });
  }

  private Resource<PersistentVolumeClaim> claim(ObjectKey key) {
    return client.persistentVolumeClaims().inNamespace(key.namespace()).withName(key.name());
  }

  private static Map<String, String> annotations(@Nullable Map<String, String> found) {
    return Objects.requireNonNullElse(found, Map.of());
  }
}
