// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.virtmover.controller.Keys;
import io.virtmover.controller.Naming;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.lab.junit.LabNamespace;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** A move on the lab cluster: every call is that of a controller that has just started. */
final class Moving {
  /** What the targets select volumes by. */
  static final String SELECTOR = "velero.io/dynamic-pv-restore";

  private static final String REQUEST = "dd-1";
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final LabNamespace lab;
  private final ClaimRef from;
  private final ClaimRef to;
  private final TransferObject request = new DataDownload();

  /** From a claim of the test's namespace. */
  Moving(LabNamespace lab, ClaimRef to) {
    this(lab, UUID.randomUUID().toString(), Optional.empty(), Optional.of(to));
  }

  private Moving(LabNamespace lab, String uid, Optional<ClaimRef> from, Optional<ClaimRef> to) {
    this.lab = lab;
    this.from = from.orElseGet(() -> own(lab, uid, 0));
    this.to = to.orElseGet(() -> own(lab, uid, 1));
    request.setMetadata(
        new ObjectMetaBuilder().withName(REQUEST).withNamespace("velero").withUid(uid).build());
  }

  private static ClaimRef own(LabNamespace lab, String uid, int retries) {
    return new ClaimRef(lab.name(), Naming.object(REQUEST, uid, retries));
  }

  /** Within the test's namespace, to a claim that is made for it. */
  static Moving toOwn(LabNamespace lab) {
    return new Moving(lab, UUID.randomUUID().toString(), Optional.empty(), Optional.empty());
  }

  /** Another request's move, onwards. */
  Moving andTo(ClaimRef next) {
    return new Moving(lab, UUID.randomUUID().toString(), Optional.of(to), Optional.of(next));
  }

  ClaimRef from() {
    return from;
  }

  TransferObject request() {
    return request;
  }

  ClaimMoves moves() {
    return new ClaimMoves(lab.client());
  }

  void makeSource(String storageClass, String mode) {
    make(
        new PersistentVolumeClaimBuilder(claim(from, storageClass, mode))
            .editMetadata()
            .addToLabels(Keys.REQUEST_UID, request.getMetadata().getUid())
            .endMetadata()
            .build());
  }

  /** As Velero leaves it: no provisioner serves a claim with a selector. */
  void makeTarget(String storageClass, String mode) {
    make(
        new PersistentVolumeClaimBuilder(claim(to, storageClass, mode))
            .editSpec()
            .withNewSelector()
            .addToMatchLabels(SELECTOR, lab.name())
            .endSelector()
            .endSpec()
            .build());
  }

  private void make(PersistentVolumeClaim claim) {
    var _ = lab.client().resource(claim).create();
  }

  private static PersistentVolumeClaim claim(ClaimRef at, String storageClass, String mode) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace(at.namespace())
        .withName(at.name())
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withVolumeMode(mode)
        .withStorageClassName(storageClass)
        .withNewResources()
        .addToRequests("storage", new Quantity("16Mi"))
        .endResources()
        .endSpec()
        .build();
  }

  Resource<PersistentVolumeClaim> source() {
    return at(from);
  }

  Resource<PersistentVolumeClaim> target() {
    return at(to);
  }

  private Resource<PersistentVolumeClaim> at(ClaimRef ref) {
    return lab.client().persistentVolumeClaims().inNamespace(ref.namespace()).withName(ref.name());
  }

  /** The volume that the source has, or gets without a pod. */
  Resource<PersistentVolume> volume() {
    var bound =
        lab.await(source(), "the source is bound", claim -> claim != null && Claims.isBound(claim));
    return lab.client().persistentVolumes().withName(bound.getSpec().getVolumeName());
  }

  /** Lets its class be one that keeps volumes. */
  static void keep(Resource<PersistentVolume> volume) {
    withPolicy(volume, "Retain");
  }

  /** Lets it go with its claim. */
  static void letGo(Resource<PersistentVolume> volume) {
    withPolicy(volume, "Delete");
  }

  private static void withPolicy(Resource<PersistentVolume> volume, String policy) {
    var _ =
        volume.edit(
            now -> {
              now.getSpec().setPersistentVolumeReclaimPolicy(policy);
              return now;
            });
  }

  /** Advances until it is not a matter of waiting any more. */
  MoveState advance() {
    return await(() -> moves().advance(request, from, to));
  }

  MoveState advanceToOwn() {
    return await(() -> moves().advanceToOwn(request, from, to));
  }

  private static MoveState await(Supplier<MoveState> attempt) {
    return until(
        () -> Optional.of(attempt.get()).filter(state -> !(state instanceof MoveState.Waiting)));
  }

  /**
   * Takes one more step, once it can be taken and nobody else is faster: Kubernetes changes the
   * volume as well.
   *
   * @return whether there was one
   */
  boolean step() {
    return until(
        () ->
            switch (moves().step(request, from, to, false).orElse(null)) {
              case null -> Optional.empty();
              case MoveStep.Rest(MoveState.Waiting _) -> Optional.empty();
              case MoveStep.Rest(MoveState.Done()) -> Optional.of(false);
              case MoveStep.Rest(MoveState.Failed(var why)) -> throw new AssertionError(why);
              default -> Optional.of(true);
            });
  }

  /** Gives it up, until nothing is left. */
  void abandon() {
    var _ = until(() -> moves().abandon(request).isEmpty() ? Optional.of(true) : Optional.empty());
  }

  private static <T> T until(Supplier<Optional<T>> attempt) {
    var end = Instant.now().plus(LabNamespace.PATIENCE);
    while (Instant.now().isBefore(end)) {
      var found = attempt.get();
      if (found.isPresent()) {
        return found.get();
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    throw new AssertionError("not within " + LabNamespace.PATIENCE);
  }
}
