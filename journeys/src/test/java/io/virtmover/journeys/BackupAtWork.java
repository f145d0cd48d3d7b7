// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
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

  /** Its mover, which runs. */
  RunningMover mover() {
    return RunningMover.of(lab, product.namespace(), request);
  }
}
