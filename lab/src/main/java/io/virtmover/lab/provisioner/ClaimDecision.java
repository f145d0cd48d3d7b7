// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.provisioner;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a claim needs next. */
sealed interface ClaimDecision {
  /** Nothing: it is another provisioner's, served, going, or waits for its first consumer. */
  record Nothing() implements ClaimDecision {}

  /** It asks for something that its class cannot give. */
  record Refuse(String message) implements ClaimDecision {}

  /** It needs a volume; empty node: any. */
  record Provision(
      String volume, VolumeMode mode, long bytes, Optional<String> node, String reclaimPolicy)
      implements ClaimDecision {}

  /** Its volume is smaller than it asks for, or its status does not say yet how large it is. */
  record Grow(PersistentVolume volume, long bytes) implements ClaimDecision {}

  /** Kubernetes' volume controller asks an external provisioner with this annotation. */
  String PROVISIONER_ANNOTATION = "volume.kubernetes.io/storage-provisioner";

  /** The scheduler's choice for a claim that waited for its first consumer. */
  String NODE_ANNOTATION = "volume.kubernetes.io/selected-node";

  /** On each volume: who made it. */
  String PROVISIONED_BY_ANNOTATION = "pv.kubernetes.io/provisioned-by";

  Set<String> ACCESS_MODES = Set.of("ReadWriteOnce", "ReadWriteOncePod");

  static ClaimDecision of(
      PersistentVolumeClaim claim,
      Optional<StorageClass> storageClass,
      Optional<PersistentVolume> volume) {
    if (volume.isPresent()) {
      return grow(claim, volume.get());
    }
    var annotations = annotations(claim.getMetadata());
    if (claim.getMetadata().getDeletionTimestamp() != null
        || !blank(claim.getSpec().getVolumeName())
        || storageClass.isEmpty()
        || !LabStorageClasses.PROVISIONER.equals(storageClass.get().getProvisioner())
        || !LabStorageClasses.PROVISIONER.equals(annotations.get(PROVISIONER_ANNOTATION))) {
      return new Nothing();
    }
    return provision(
        claim, storageClass.get(), Optional.ofNullable(annotations.get(NODE_ANNOTATION)));
  }

  private static ClaimDecision provision(
      PersistentVolumeClaim claim, StorageClass storageClass, Optional<String> node) {
    var spec = claim.getSpec();
    var mode = VolumeMode.of(spec.getVolumeMode() == null ? "" : spec.getVolumeMode());
    var parameters = storageClass.getParameters();
    var served = parameters == null ? null : parameters.get(LabStorageClasses.MODE_PARAMETER);
    if (served != null && VolumeMode.of(served) != mode) {
      return new Refuse(
          "storage class %s makes volumes of mode %s only, the claim asks for %s"
              .formatted(storageClass.getMetadata().getName(), served, mode.text()));
    }
    if (!ACCESS_MODES.containsAll(spec.getAccessModes())) {
      return new Refuse(
          "volumes of the lab are on one node: access modes %s cannot be given, only %s"
              .formatted(spec.getAccessModes(), "ReadWriteOnce"));
    }
    if (spec.getSelector() != null) {
      return new Refuse("claim Selector is not supported");
    }
    if (spec.getDataSource() != null || spec.getDataSourceRef() != null) {
      return new Refuse("the lab has neither clones nor snapshots: dataSource must be empty");
    }
    if (node.isEmpty() && "WaitForFirstConsumer".equals(storageClass.getVolumeBindingMode())) {
      return new Nothing();
    }
    return new Provision(
        "pvc-" + claim.getMetadata().getUid(),
        mode,
        requested(claim),
        node,
        storageClass.getReclaimPolicy());
  }

  private static ClaimDecision grow(PersistentVolumeClaim claim, PersistentVolume volume) {
    var isOurs =
        LabStorageClasses.PROVISIONER.equals(
            annotations(volume.getMetadata()).get(PROVISIONED_BY_ANNOTATION));
    var isBound = claim.getStatus() != null && "Bound".equals(claim.getStatus().getPhase());
    if (!isOurs || !isBound) {
      return new Nothing();
    }
    var has = storage(volume.getSpec().getCapacity());
    var said = storage(claim.getStatus().getCapacity());
    var wanted = Math.max(requested(claim), has);
    return wanted > has || said < has ? new Grow(volume, wanted) : new Nothing();
  }

  private static long requested(PersistentVolumeClaim claim) {
    return storage(claim.getSpec().getResources().getRequests());
  }

  private static long storage(@Nullable Map<String, Quantity> amounts) {
    var amount = amounts == null ? null : amounts.get("storage");
    return amount == null ? 0 : amount.getNumericalAmount().longValueExact();
  }

  static Map<String, String> annotations(ObjectMeta metadata) {
    return metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
  }

  private static boolean blank(@Nullable String text) {
    return text == null || text.isEmpty();
  }
}
