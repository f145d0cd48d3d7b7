// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.virtmover.controller.Keys;
import io.virtmover.controller.Naming;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.TransferObject;

/** Claims and volumes as Kubernetes shows them. */
public final class SomeClaims {
  public static final String VOLUME = "pvc-1";
  public static final String REQUEST_UID = "request-1";

  /** The request that moves volumes. */
  public static final TransferObject REQUEST = new DataDownload();

  /** The name of what is made for it. */
  public static final String NAME = Naming.object("dd-1", REQUEST_UID, 0);

  static {
    REQUEST.setMetadata(
        new ObjectMetaBuilder()
            .withName("dd-1")
            .withNamespace("velero")
            .withUid(REQUEST_UID)
            .build());
  }

  private SomeClaims() {}

  /** A file system claim that waits for a volume. */
  public static PersistentVolumeClaim pending(String namespace, String name) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withUid("uid-" + name)
        .withResourceVersion("7")
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withVolumeMode("Filesystem")
        .withStorageClassName("fast")
        .withNewResources()
        .addToRequests("storage", new Quantity("1Gi"))
        .endResources()
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .endStatus()
        .build();
  }

  /** One that names {@link #VOLUME}. */
  public static PersistentVolumeClaim naming(PersistentVolumeClaim claim) {
    return new PersistentVolumeClaimBuilder(claim)
        .editSpec()
        .withVolumeName(VOLUME)
        .endSpec()
        .build();
  }

  /** One that is bound to {@link #VOLUME}. */
  public static PersistentVolumeClaim bound(PersistentVolumeClaim claim) {
    return withPhase(naming(claim), "Bound");
  }

  static PersistentVolumeClaim withPhase(PersistentVolumeClaim claim, String phase) {
    return new PersistentVolumeClaimBuilder(claim)
        .editStatus()
        .withPhase(phase)
        .endStatus()
        .build();
  }

  /** One that was deleted, and is still in use. */
  public static PersistentVolumeClaim going(PersistentVolumeClaim claim) {
    return new PersistentVolumeClaimBuilder(claim)
        .editMetadata()
        .withDeletionTimestamp("2026-03-01T02:00:00Z")
        .endMetadata()
        .build();
  }

  /** One that we have made for the request. */
  static PersistentVolumeClaim ours(PersistentVolumeClaim claim) {
    return new PersistentVolumeClaimBuilder(claim)
        .editMetadata()
        .addToLabels(Keys.REQUEST_UID, REQUEST_UID)
        .endMetadata()
        .build();
  }

  /** {@link #VOLUME}, as it was provisioned for a claim. */
  static PersistentVolume volumeOf(PersistentVolumeClaim claim) {
    return new PersistentVolumeBuilder()
        .withNewMetadata()
        .withName(VOLUME)
        .withResourceVersion("9")
        .addToAnnotations("pv.kubernetes.io/provisioned-by", "fast.example.org")
        .endMetadata()
        .withNewSpec()
        .addToCapacity("storage", new Quantity("1Gi"))
        .withAccessModes("ReadWriteOnce")
        .withVolumeMode("Filesystem")
        .withStorageClassName("fast")
        .withPersistentVolumeReclaimPolicy("Delete")
        .withNewClaimRef()
        .withNamespace(claim.getMetadata().getNamespace())
        .withName(claim.getMetadata().getName())
        .withUid(claim.getMetadata().getUid())
        .endClaimRef()
        .endSpec()
        .withNewStatus()
        .withPhase("Bound")
        .endStatus()
        .build();
  }

  static PersistentVolume withPolicy(PersistentVolume volume, String policy) {
    return new PersistentVolumeBuilder(volume)
        .editSpec()
        .withPersistentVolumeReclaimPolicy(policy)
        .endSpec()
        .build();
  }

  /** One that is on its way. */
  static PersistentVolume taken(PersistentVolume volume) {
    return withPolicy(
        new PersistentVolumeBuilder(volume)
            .editMetadata()
            .addToAnnotations(
                Keys.RECLAIM_POLICY, volume.getSpec().getPersistentVolumeReclaimPolicy())
            .addToLabels(Keys.REQUEST_UID, REQUEST_UID)
            .endMetadata()
            .build(),
        "Retain");
  }

  /** One whose claim is gone. */
  static PersistentVolume released(PersistentVolume volume) {
    return new PersistentVolumeBuilder(volume)
        .editStatus()
        .withPhase("Released")
        .endStatus()
        .build();
  }
}
