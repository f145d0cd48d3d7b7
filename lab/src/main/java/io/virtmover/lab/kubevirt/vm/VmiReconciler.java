// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.lab.kubevirt.VmiKey;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.kubevirt.launcher.Domain;
import io.virtmover.lab.kubevirt.launcher.JobReport;
import io.virtmover.lab.kubevirt.launcher.Launchers;
import io.virtmover.lab.kubevirt.launcher.NodePaths;
import io.virtmover.lab.qemu.VmDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** KubeVirt's VMI controller and virt-handler: from the claims to the running VM and back. */
final class VmiReconciler {
  private static final Duration SOON = Duration.ofMillis(300);
  private static final Duration LATER = Duration.ofSeconds(2);

  private static final Duration HEARD_AFTER = Duration.ofMillis(500);

  /** The name of the backend storage among the volumes of the launcher pod. */
  private static final String BACKEND_VOLUME = "vm-state";

  private final KubernetesClient client;
  private final VmObjects objects;
  private final Claims claims;
  private final NodePaths paths;
  private final Launchers launchers;
  private final Release release;
  private final VmiStatus status;
  private final Attachments attachments;
  private final Trackers trackers;
  private final Clock clock = Clock.systemUTC();

  VmiReconciler(
      KubernetesClient client,
      VmObjects objects,
      NodePaths paths,
      Launchers launchers,
      Release release) {
    this.client = client;
    this.objects = objects;
    this.claims = new Claims(client, release);
    this.paths = paths;
    this.launchers = launchers;
    this.release = release;
    this.status = new VmiStatus(objects);
    this.attachments = new Attachments(client, claims);
    this.trackers = new Trackers(objects);
  }

  Optional<Duration> reconcile(ObjectKey key) throws IOException {
    var found = objects.find(Kinds.VMI, key);
    if (found.isEmpty()) {
      launchers.stop(node(key));
      return Optional.empty();
    }
    var vmi = found.get();
    if (vmi.getMetadata().getDeletionTimestamp() != null) {
      return tearDown(key, vmi);
    }
    return switch (VmiStatus.phase(vmi)) {
      case UNSET -> {
        status.waiting(vmi, VmiPhase.PENDING, Optional.empty());
        yield Optional.empty();
      }
      case PENDING -> schedule(key, vmi);
      case SCHEDULING -> awaitPod(vmi);
      case SCHEDULED -> boot(key, vmi);
      case RUNNING -> keep(key, vmi);
      case SUCCEEDED, FAILED -> {
        launchers.stop(node(key));
        pods(vmi).forEach(pod -> client.resource(pod).delete());
        yield Optional.empty();
      }
    };
  }

  private static VmiKey node(ObjectKey key) {
    return new VmiKey(key.namespace(), key.name());
  }

  private Optional<Duration> schedule(ObjectKey key, GenericKubernetesResource vmi) {
    var mounts = new LinkedHashMap<String, PersistentVolumeClaim>();
    for (var disk : VmVolume.disksOf(vmi)) {
      var claim = claims.find(key.namespace(), disk.claim());
      if (claim.isEmpty()) {
        status.waiting(vmi, VmiPhase.PENDING, Optional.of(VmiStatus.claimNotFound(disk)));
        return Optional.of(LATER);
      }
      mounts.put(disk.name(), claim.get());
    }
    if (VmiStatus.isTracked(vmi)) {
      mounts.put(BACKEND_VOLUME, claims.backendOrNew(vmi));
    }
    if (launcher(pods(vmi)).isEmpty()) {
      client.resource(VmPods.launcher(vmi, mounts)).create();
    }
    status.waiting(vmi, VmiPhase.SCHEDULING, Optional.empty());
    return Optional.empty();
  }

  private Optional<Duration> awaitPod(GenericKubernetesResource vmi) {
    var pod = launcher(pods(vmi));
    if (pod.isEmpty() || VmPods.hasEnded(pod.get())) {
      status.ended(vmi, VmiPhase.FAILED);
    } else if (VmPods.isRunning(pod.get())) {
      status.scheduled(vmi, pod.get());
    } else {
      status.waiting(vmi, VmiPhase.SCHEDULING, VmiStatus.unschedulable(pod.get()));
    }
    return Optional.empty();
  }

  private Optional<Duration> boot(ObjectKey key, GenericKubernetesResource vmi) throws IOException {
    var uid = vmi.getMetadata().getUid();
    var running = launchers.find(node(key));
    if (running.isPresent() && !running.get().uid().equals(uid)) {
      launchers.stop(node(key));
    }
    if (launchers.find(node(key)).isEmpty()) {
      launchers.start(node(key), uid, disks(key, vmi), bootsLinux(vmi));
    }
    status.running(vmi, volumeStatus(vmi, claimsOf(vmi), List.of()));
    return Optional.empty();
  }

  private static boolean bootsLinux(GenericKubernetesResource vmi) {
    return Fields.of(vmi)
        .text("spec", "domain", "firmware", "kernelBoot", "container", "image")
        .filter(VirtualMachines.LINUX_IMAGE::equals)
        .isPresent();
  }

  private List<VmDisk> disks(ObjectKey key, GenericKubernetesResource vmi) throws IOException {
    var backend =
        VmiStatus.isTracked(vmi)
            ? Optional.of(path(key, claims.backendOrNew(vmi).getMetadata().getName()))
            : Optional.<Path>empty();
    var disks = new ArrayList<VmDisk>();
    for (var volume : VmVolume.disksOf(vmi)) {
      var claim =
          claims
              .find(key.namespace(), volume.claim())
              .orElseThrow(() -> new IOException("claim " + volume.claim() + " is gone"));
      disks.add(DiskImage.of(volume, claim, path(key, volume.claim()), backend));
    }
    return disks;
  }

  private Path path(ObjectKey key, String claim) throws IOException {
    return paths
        .of(key.namespace(), claim)
        .orElseThrow(() -> new IOException("the volume of claim %s is elsewhere".formatted(claim)));
  }

  private Optional<Duration> keep(ObjectKey key, GenericKubernetesResource vmi) {
    var domain =
        launchers
            .find(node(key))
            .filter(running -> running.uid().equals(vmi.getMetadata().getUid()));
    if (domain.isEmpty() || !domain.get().isRunning()) {
      status.ended(vmi, VmiPhase.FAILED);
      return Optional.empty();
    }
    var pods = pods(vmi);
    var launcher = launcher(pods).filter(VmPods::isRunning);
    if (launcher.isEmpty()) {
      launchers.stop(node(key));
      status.ended(vmi, VmiPhase.SUCCEEDED);
      return Optional.empty();
    }
    if (VmiStatus.isInitializing(vmi)) {
      trackers.requireRedefinition(key);
      status.trackingEnabled(vmi);
      return Optional.empty();
    }
    var known = claimsOf(vmi);
    grow(vmi, domain.get(), known);
    var volumes = attachments.step(vmi, launcher.get(), VmVolume.disksOf(vmi), pods);
    status.volumes(vmi, volumeStatus(vmi, known, volumes));
    return domain.get().report().flatMap(report -> publish(key, vmi, report));
  }

  /**
   * virt-handler hears of a job some tenths of a second after it was accepted; the backup
   * controller has written its own status by then.
   */
  private Optional<Duration> publish(
      ObjectKey key, GenericKubernetesResource vmi, JobReport report) {
    var due = report.accepted().plus(HEARD_AFTER);
    if (clock.instant().isBefore(due)) {
      return Optional.of(SOON);
    }
    Publication.next(vmi, report, release).ifPresent(patch -> objects.patch(Kinds.VMI, key, patch));
    return Optional.empty();
  }

  private Map<VmVolume, PersistentVolumeClaim> claimsOf(GenericKubernetesResource vmi) {
    var known = new HashMap<VmVolume, PersistentVolumeClaim>();
    for (var disk : VmVolume.disksOf(vmi)) {
      claims
          .find(vmi.getMetadata().getNamespace(), disk.claim())
          .ifPresent(claim -> known.put(disk, claim));
    }
    return known;
  }

  /**
   * The guest sees a larger disk once its volume has grown; a VMI that tells of the larger volume
   * has a guest that sees it.
   */
  private void grow(
      GenericKubernetesResource vmi, Domain domain, Map<VmVolume, PersistentVolumeClaim> known) {
    for (var disk : VmVolume.disksOf(vmi)) {
      Optional.ofNullable(known.get(disk))
          .flatMap(DiskImage::capacity)
          .filter(_ -> domain.vm().volumes().contains(disk.name()))
          .filter(bytes -> bytes > domain.vm().size(disk.name()))
          .ifPresent(bytes -> domain.guest().frozen(() -> resize(domain, disk.name(), bytes)));
    }
  }

  private static Boolean resize(Domain domain, String volume, long bytes) {
    domain.vm().resize(volume, bytes);
    return true;
  }

  private List<Map<String, Object>> volumeStatus(
      GenericKubernetesResource vmi,
      Map<VmVolume, PersistentVolumeClaim> known,
      List<Map<String, Object>> more) {
    var domain = launchers.find(node(ObjectKey.of(vmi)));
    var all = new ArrayList<Map<String, Object>>();
    var number = 0;
    for (var disk : VmVolume.disksOf(vmi)) {
      var entry = new LinkedHashMap<String, Object>();
      entry.put("name", disk.name());
      entry.put("target", "vd" + (char) ('a' + number++));
      Optional.ofNullable(known.get(disk))
          .ifPresent(claim -> entry.put("persistentVolumeClaimInfo", Claims.info(claim)));
      if (release.tellsDiskSizes()) {
        domain.ifPresent(running -> entry.put("size", running.vm().size(disk.name())));
      }
      all.add(entry);
    }
    all.addAll(more);
    return all;
  }

  private Optional<Duration> tearDown(ObjectKey key, GenericKubernetesResource vmi) {
    launchers.stop(node(key));
    if (!VmiStatus.phase(vmi).isFinal()) {
      status.ended(vmi, VmiPhase.SUCCEEDED);
    }
    var pods = pods(vmi);
    if (!pods.isEmpty()) {
      pods.stream()
          .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
          .forEach(pod -> client.resource(pod).delete());
      return Optional.of(SOON);
    }
    if (objects.hasFinalizer(vmi, NewVmi.FINALIZER)) {
      objects.removeFinalizer(Kinds.VMI, vmi, NewVmi.FINALIZER);
    }
    return Optional.empty();
  }

  private List<Pod> pods(GenericKubernetesResource vmi) {
    return client
        .pods()
        .inNamespace(vmi.getMetadata().getNamespace())
        .withLabel(VmPods.CREATED_BY_LABEL, vmi.getMetadata().getUid())
        .list()
        .getItems();
  }

  private static Optional<Pod> launcher(List<Pod> pods) {
    return pods.stream()
        .filter(
            pod ->
                Objects.equals(
                    pod.getMetadata().getLabels().get(VmPods.KIND_LABEL), VmPods.LAUNCHER))
        .findFirst();
  }
}
