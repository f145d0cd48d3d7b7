// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import java.time.Instant;

/**
 * A pull backup whose data has stopped in the middle: the mover runs, and waits for more. So a test
 * can do something then, however slow or fast everything is.
 */
final class BackupAtWork {
  private static final String REQUEST = "virtmover.io/request-uid";

  private final LabNamespace lab;
  private final InstalledProduct product;
  private final PlacedRequest request;
  private String backup = "";
  private Instant heldSince = Instant.MAX;

  private BackupAtWork(LabNamespace lab, InstalledProduct product, PlacedRequest request) {
    this.lab = lab;
    this.product = product;
    this.request = request;
  }

  /** Asks for a backup, and stops it after so many bytes. */
  static BackupAtWork stoppedAfter(
      long bytes, LabNamespace lab, InstalledProduct product, UploadOrder order) {
    return of(lab, product, product.place(order)).stopAfter(bytes);
  }

  /** A backup that was asked for. */
  static BackupAtWork of(LabNamespace lab, InstalledProduct product, PlacedRequest request) {
    return new BackupAtWork(lab, product, request);
  }

  PlacedRequest request() {
    return request;
  }

  /** Lets so many bytes more be read, and waits until the mover wants more than that. */
  BackupAtWork stopAfter(long bytes) {
    var _ = request.awaitPhase("Prepared", "InProgress");
    backup = virtualMachineBackup().getMetadata().getName();
    lab.control().hold(lab.name(), backup, bytes);
    assertThat(lab.control().awaitHeld(lab.name(), backup)).as("data is held back").isTrue();
    heldSince = Instant.now();
    var _ = request.awaitPhase("InProgress");
    return this;
  }

  /** When data was first held back by the last stop. */
  Instant heldSince() {
    return heldSince;
  }

  /** Lets data flow again. */
  void goOn() {
    lab.control().release(lab.name(), backup);
  }

  /** Lets the time be over that KubeVirt was given for it. */
  void expire() {
    lab.control().expire(lab.name(), backup);
  }

  /** Its VirtualMachineBackup. */
  GenericKubernetesResource virtualMachineBackup() {
    var found = backups().list().getItems();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  /** Waits until KubeVirt has its point in time, and prepares to show the data. */
  BackupAtWork awaitExport() {
    var _ =
        lab.awaitAll(
            backups(),
            "KubeVirt prepares the export",
            found -> found.stream().anyMatch(BackupAtWork::isPreparingExport));
    return this;
  }

  private static boolean isPreparingExport(GenericKubernetesResource backup) {
    return Fields.of(backup).list("status", "conditions").stream()
        .anyMatch(condition -> condition.text("reason").orElse("").equals("PreparingExport"));
  }

  private FilterWatchListDeletable<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      backups() {
    return lab.client()
        .genericKubernetesResources(Kinds.BACKUP)
        .inNamespace(lab.name())
        .withLabel(REQUEST, request.uid());
  }

  /** Kills its mover as a node's death does. */
  void killMover() {
    gone(mover(), () -> mover().withGracePeriod(0).delete());
  }

  /** Has Kubernetes evict its mover, as before a node is emptied. */
  void evictMover() {
    var mover = mover();
    gone(mover, () -> assertThat(mover.evict()).isTrue());
  }

  /** Has the kernel kill its mover because its memory is at an end. */
  void exhaustMover() {
    var mover = moverPod();
    lab.exhaust(mover);
    var name = mover.getMetadata().getName();
    assertThat(terminated(awaitDeath(name)).getReason()).isEqualTo("OOMKilled");
  }

  /** Waits until the mover has given up; the message that it left. */
  String awaitMoverDeath() {
    return terminated(awaitDeath(moverPod().getMetadata().getName())).getMessage();
  }

  private Pod awaitDeath(String pod) {
    return lab.await(
        pods(pod),
        "the mover ends with a failure",
        now -> now != null && "Failed".equals(now.getStatus().getPhase()));
  }

  private static ContainerStateTerminated terminated(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst().getState().getTerminated();
  }

  private void gone(PodResource mover, Runnable end) {
    var uid = mover.require().getMetadata().getUid();
    end.run();
    lab.await(
        mover, "the mover is gone", pod -> pod == null || !pod.getMetadata().getUid().equals(uid));
  }

  private PodResource mover() {
    return pods(moverPod().getMetadata().getName());
  }

  private PodResource pods(String name) {
    return lab.client().pods().inNamespace(product.namespace()).withName(name);
  }

  private Pod moverPod() {
    return lab
        .client()
        .pods()
        .inNamespace(product.namespace())
        .withLabel(REQUEST, request.uid())
        .list()
        .getItems()
        .stream()
        .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no mover of it runs"));
  }
}
