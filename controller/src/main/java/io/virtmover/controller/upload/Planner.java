// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.cluster.BackupTracker;
import io.virtmover.controller.Keys;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.config.ControllerConfig.Backup.Mode;
import io.virtmover.controller.kubevirt.KubeVirt;
import io.virtmover.controller.kubevirt.TrackingGaps;
import io.virtmover.controller.kubevirt.VirtualMachine;
import io.virtmover.controller.location.Buckets;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.VmRepository;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Decides what kind of backup a DataUpload gets, from the VM, KubeVirt and the bucket. */
@ApplicationScoped
public class Planner {
  private static final long MARGIN = 64L << 20;

  private final KubernetesClient client;
  private final KubeVirt kubeVirt;
  private final TrackingGaps gaps;
  private final Buckets buckets;
  private final ControllerConfig config;

  Planner(
      KubernetesClient client,
      KubeVirt kubeVirt,
      TrackingGaps gaps,
      Buckets buckets,
      ControllerConfig config) {
    this.client = client;
    this.kubeVirt = kubeVirt;
    this.gaps = gaps;
    this.buckets = buckets;
    this.config = config;
  }

  /**
   * A plan and what follows from it.
   *
   * @param why a full in words; empty for an increment
   * @param claimBytes room that KubeVirt's claim needs
   */
  record Planned(BackupPlan plan, String why, long claimBytes) {}

  /**
   * Plans.
   *
   * @throws VirtMoverException when there can be no backup, with what an administrator can do
   */
  Planned plan(DataUpload request, VmRef vm, LocationAccess location, Retries retries) {
    var machine = machine(vm);
    var abilities = kubeVirt.abilities();
    var disks = disks(machine);
    var reading = buckets.read(location, vm, repository -> read(request, location, repository));
    var tracker = tracker(vm, reading);
    var facts = facts(request, machine, retries, reading, tracker, disks);
    var decision = ChainDecision.of(facts);
    var isPull = isPull(mode(request, machine, location), abilities.canExport());
    var plan =
        new BackupPlan(
            isPull,
            tracker.map(BackupTracker::name).orElseGet(() -> kubeVirt.makeTracker(vm)),
            machine.uid(),
            parent(decision),
            reason(decision),
            disks,
            !machine.isRunning());
    return new Planned(plan, why(decision), claimBytes(plan, reading) * retries.claimFactor());
  }

  private static ChainReading read(
      DataUpload request, LocationAccess location, VmRepository repository) {
    UploadWords.backup(request)
        .ifPresent(backup -> NameCheck.check(request, backup, location.name(), repository));
    return ChainReading.of(repository);
  }

  /**
   * Why an increment that was planned is none: the disks are not those that it was planned for, or
   * nobody noted for a while what was written to them.
   */
  Optional<FullReason> outdated(VmRef vm, BackupPlan plan) {
    if (plan.isFull()) {
      return Optional.empty();
    }
    var machine = machine(vm);
    if (!machine.uid().equals(plan.vmUid())) {
      return Optional.of(FullReason.VM_REPLACED);
    }
    if (plan.parent().filter(parent -> gaps.isBehind(machine, parent)).isPresent()) {
      return Optional.of(FullReason.TRACKING_INTERRUPTED);
    }
    return claims(disks(machine)).equals(claims(plan.disks()))
        ? Optional.empty()
        : Optional.of(FullReason.VOLUME_REPLACED);
  }

  /**
   * The plan without those sizes that are others by now: a disk that grows may have done so before
   * the backup or after it, and only the export can tell.
   */
  BackupPlan confirmed(VmRef vm, BackupPlan plan) {
    if (plan.disks().stream().allMatch(disk -> disk.size().isEmpty())) {
      return plan;
    }
    return plan.confirmedBy(kubeVirt.vm(vm).map(VirtualMachine::volumes).orElse(List.of()));
  }

  private static Optional<CheckpointName> parent(ChainDecision decision) {
    return decision instanceof ChainDecision.Increment(var parent)
        ? Optional.of(parent)
        : Optional.empty();
  }

  private static Optional<FullReason> reason(ChainDecision decision) {
    return decision instanceof ChainDecision.Full(var reason, _)
        ? Optional.of(reason)
        : Optional.empty();
  }

  private static String why(ChainDecision decision) {
    return decision instanceof ChainDecision.Full(_, var why) ? why : "";
  }

  private VirtualMachine machine(VmRef vm) {
    var machine =
        kubeVirt.vm(vm).orElseThrow(() -> invalid("There is no VirtualMachine %s.".formatted(vm)));
    try {
      if (!machine.isTracked()) {
        gaps.note(machine);
      }
    } finally {
      // What it has to say matters more than that it could not be noted.
      machine.checkTracked();
    }
    return machine;
  }

  /** The tracker whose next increment would build on the bucket's latest, else any, else none. */
  private Optional<BackupTracker> tracker(VmRef vm, ChainReading reading) {
    var trackers = kubeVirt.trackers(vm);
    return trackers.stream()
        .filter(
            tracker ->
                reading.latest().filter(latest -> tracker.isAt(latest.checkpoint())).isPresent())
        .findFirst()
        .or(() -> trackers.stream().findFirst());
  }

  private ChainFacts facts(
      DataUpload request,
      VirtualMachine machine,
      Retries retries,
      ChainReading reading,
      Optional<BackupTracker> tracker,
      List<BackupPlan.Disk> disks) {
    return new ChainFacts(
        retries.full().or(() -> requested(request, machine)),
        reading.latest(),
        reading.broken(),
        tracker,
        mostIncrements(machine),
        machine.uid(),
        claims(disks),
        reading.latest().filter(latest -> gaps.isBehind(machine, latest.checkpoint())).isPresent(),
        reading.latest().flatMap(_ -> kubeVirt.lastRestore(machine.ref())));
  }

  private Optional<FullReason> requested(DataUpload request, VirtualMachine machine) {
    return request
        .annotation(Keys.FORCE_FULL)
        .or(() -> Keys.annotation(machine.annotations(), Keys.FORCE_FULL))
        .or(() -> ofBackup(request, Keys.FORCE_FULL))
        .filter("true"::equals)
        .map(_ -> FullReason.REQUESTED);
  }

  /** What the Velero Backup says that a DataUpload belongs to. */
  private Optional<String> ofBackup(DataUpload request, String key) {
    return request.getMetadata().getOwnerReferences().stream()
        .filter(owner -> owner.getKind().equals("Backup"))
        .findFirst()
        .map(
            owner ->
                client
                    .genericKubernetesResources("velero.io/v1", "Backup")
                    .inNamespace(config.namespace())
                    .withName(owner.getName())
                    .get())
        .map(GenericKubernetesResource::getMetadata)
        .flatMap(metadata -> Keys.annotation(metadata, key));
  }

  private int mostIncrements(VirtualMachine machine) {
    return Keys.annotation(machine.annotations(), Keys.MAX_INCREMENTS)
        .map(text -> number(machine.ref(), text))
        .orElse(config.backup().maxIncrements());
  }

  private static int number(VmRef vm, String text) {
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "The annotation %s of VM %s is '%s'; write a number, 0 for no limit."
              .formatted(Keys.MAX_INCREMENTS, vm, text),
          e);
    }
  }

  private static Map<VolumeName, ChainFacts.Claim> claims(List<BackupPlan.Disk> disks) {
    var claims = new HashMap<VolumeName, ChainFacts.Claim>();
    disks.forEach(
        disk -> claims.put(disk.volume(), new ChainFacts.Claim(disk.claim(), disk.claimUid())));
    return claims;
  }

  private List<BackupPlan.Disk> disks(VirtualMachine machine) {
    var disks = new ArrayList<BackupPlan.Disk>();
    for (var volume : machine.volumes()) {
      var claim = volume.claim().map(name -> claim(machine.ref(), volume.name(), name));
      disks.add(
          new BackupPlan.Disk(
              volume.name(),
              volume.claim(),
              claim.map(found -> found.getMetadata().getUid()),
              claim.map(Planner::atMost).orElse(0L),
              volume.size()));
    }
    return disks;
  }

  private PersistentVolumeClaim claim(VmRef vm, VolumeName volume, String name) {
    var claim = client.persistentVolumeClaims().inNamespace(vm.namespace()).withName(name).get();
    if (claim == null) {
      throw invalid(
          "Volume %s of VM %s names the claim %s, which is not there.".formatted(volume, vm, name));
    }
    return claim;
  }

  /** A volume can be a little larger than its claim says: drivers round up. */
  private static long atMost(PersistentVolumeClaim claim) {
    var status = claim.getStatus();
    var capacity =
        status == null || status.getCapacity() == null ? null : status.getCapacity().get("storage");
    var bytes = capacity == null ? 0 : bytes(capacity);
    return bytes == 0 ? 0 : bytes + bytes / 8 + MARGIN;
  }

  private static long bytes(Quantity quantity) {
    return quantity.getNumericalAmount().longValueExact();
  }

  private static boolean isPull(Mode mode, boolean canExport) {
    return switch (mode) {
      case AUTO -> canExport;
      case PUSH -> false;
      case PULL -> {
        if (!canExport) {
          throw new VirtMoverException(
              FailureKind.UNSUPPORTED,
              "The backup is to be pulled, but this cluster's KubeVirt does not export backups; switch its feature gate VMExport on, or use the mode push.");
        }
        yield true;
      }
    };
  }

  private Mode mode(DataUpload request, VirtualMachine machine, LocationAccess location) {
    var configured =
        Optional.ofNullable(request.getSpec().dataMoverConfig()).map(all -> all.get("mode"));
    return request
        .annotation(Keys.MODE)
        .or(() -> configured)
        .or(() -> Keys.annotation(machine.annotations(), Keys.MODE))
        .or(() -> ofBackup(request, Keys.MODE))
        .or(location::mode)
        .map(Planner::mode)
        .orElse(config.backup().mode());
  }

  private static Mode mode(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "auto" -> Mode.AUTO;
      case "pull" -> Mode.PULL;
      case "push" -> Mode.PUSH;
      default -> throw invalid("'%s' is no mode: write auto, pull or push.".formatted(text));
    };
  }

  /**
   * Pushed: all of the disks and a fifth, or twice the largest of the last increments. Pulled: what
   * the guest may overwrite meanwhile. A claim that is too small is made once more, larger.
   */
  private long claimBytes(BackupPlan plan, ChainReading reading) {
    var least = bytes(new Quantity(config.backup().leastClaim()));
    var disks = plan.disks().stream().mapToLong(BackupPlan.Disk::atMost).sum();
    var everything = disks + disks / 5;
    if (plan.isPull()) {
      return Math.max(least, disks / 100 * config.backup().scratchPercent());
    }
    if (plan.isFull() || reading.incrementSizes().isEmpty()) {
      return Math.max(least, everything);
    }
    var largest = reading.incrementSizes().stream().mapToLong(size -> size).max().orElse(0);
    return Math.max(least, Math.min(everything, 2 * largest));
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
