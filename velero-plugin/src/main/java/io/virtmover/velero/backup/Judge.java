// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import io.virtmover.velero.machine.Machine;
import io.virtmover.velero.machine.Volume;
import io.virtmover.velero.machine.Volume.Kind;
import io.virtmover.velero.machine.Volume.Trait;
import io.virtmover.velero.policy.Assignment;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Decides whether VirtMover takes a VM, and says what people have to know. */
final class Judge {
  private static final Set<String> PREPARED = Set.of("Enabled", "Initializing", "PendingRestart");

  private final Machine machine;
  private final Wishes wishes;
  private final List<Volume> handed;

  private Judge(Machine machine, Wishes wishes) {
    this.machine = machine;
    this.wishes = wishes;
    handed = disks().filter(this::isHanded).toList();
  }

  static Verdict judge(Machine machine, Wishes wishes) {
    return new Judge(machine, wishes).judge();
  }

  /** What KubeVirt backs up. */
  private Stream<Volume> disks() {
    return machine.volumes(Kind.CLAIM).filter(disk -> !disk.is(Trait.NOT_IN_GUEST));
  }

  private List<Volume> restorable() {
    return handed.stream().filter(disk -> !isLeftOut(disk)).toList();
  }

  private boolean isLeftOut(Volume volume) {
    return wishes.leftOut().contains(volume.claim());
  }

  private boolean isHanded(Volume volume) {
    return wishes.assignment(volume.claim()) == Assignment.OURS;
  }

  private Verdict judge() {
    if (wishes.wantsObjectsOnly()) {
      return Verdict.Left.quietly("the Backup is for objects only");
    }
    if (handed.isEmpty()) {
      return new Verdict.Left("no disk of it is handed to VirtMover", all(forgotten(), lacks()));
    }
    return obstacle()
        .<Verdict>map(
            warning ->
                new Verdict.Left(warning.text(), all(Stream.of(withConsequence(warning)), lacks())))
        .orElseGet(() -> new Verdict.Taken(claims(restorable()), all(hints(), lacks())));
  }

  private static List<Warning> all(Stream<Warning> first, Stream<Warning> second) {
    return Stream.concat(first, second).toList();
  }

  /** A VM that somebody has prepared for it is told of; others are just not ours. */
  private Stream<Warning> forgotten() {
    var isForgotten =
        PREPARED.contains(machine.tracking())
            && wishes.movesData()
            && wishes.takesSnapshots()
            && disks().anyMatch(disk -> wishes.assignment(disk.claim()) == Assignment.UNSAID);
    return when(
        isForgotten,
        WarningReason.NO_POLICY,
        "VM %s tracks changed blocks, but no volume policy of the Backup is about its disks, so Velero treats them"
            + " in its own way. To have VirtMover back them up, add an entry with the action custom and the"
            + " parameter datamover: cnv; to leave them to Velero, add one that says so.")
        .stream();
  }

  private Optional<Warning> obstacle() {
    return Stream.of(
            moving(),
            leftOut(),
            running(),
            tracked(),
            lun(),
            shareable(),
            shared(),
            allClaimsLeftOut())
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Warning> moving() {
    return when(
        !wishes.movesData(),
        WarningReason.MOVING_OFF,
        "VM %s is not backed up by VirtMover: the Backup does not move data. Set snapshotMoveData: true (--snapshot-move-data).");
  }

  /** Velero asks about VMs that are in its backup; where it sees that otherwise, both are told. */
  private Optional<Warning> leftOut() {
    return when(
        wishes.leavesOutVm() && !machine.isGoing(),
        WarningReason.VM_LEFT_OUT,
        "VM %s is not backed up by VirtMover: the filters of the Backup or a label leave it out. Include virtualmachines.kubevirt.io.");
  }

  private Optional<Warning> allClaimsLeftOut() {
    return when(
        restorable().isEmpty(),
        WarningReason.CLAIM_LEFT_OUT,
        "VM %s is not backed up by VirtMover: the Backup has none of the claims of its disks, so nothing could be restored. Its filters or labels leave them out, or they are being deleted. Include persistentvolumeclaims.");
  }

  private Optional<Warning> running() {
    return when(
        !machine.isRunning() || machine.isGoing(),
        WarningReason.NOT_RUNNING,
        machine.isGoing()
            ? "VM %s is not backed up: it is being deleted."
            : "VM %s is not backed up by VirtMover: it does not run, and KubeVirt backs up running VMs only. Start it, or give its disks to Velero by an entry of the policy.");
  }

  private Optional<Warning> tracked() {
    return switch (machine.tracking()) {
      case "Enabled", "Initializing" -> Optional.empty();
      case "PendingRestart" ->
          when(
              true,
              WarningReason.RESTART_NEEDED,
              "VM %s is not backed up by VirtMover: tracking of its changed blocks begins with its next start. Restart it.");
      case "IncrementalBackupFeatureGateDisabled" ->
          when(
              true,
              WarningReason.GATE_OFF,
              "VM %s is not backed up by VirtMover: KubeVirt's feature gate IncrementalBackup is off. Switch it on, and restart the VM.");
      default ->
          when(
              true,
              WarningReason.NOT_TRACKED,
              "VM %s is not backed up by VirtMover: its changed blocks are not tracked. Give it or its namespace the label that KubeVirt's changedBlockTrackingLabelSelectors select, and restart it.");
    };
  }

  /** KubeVirt leaves no disk out, so one that cannot be backed up is in the way of all. */
  private Optional<Warning> lun() {
    return disk(
        volume -> volume.is(Trait.LUN),
        WarningReason.LUN,
        "VM %s is not backed up by VirtMover: its disk %s is a LUN, whose changes KubeVirt cannot track, and it leaves no disk out of a backup. Attach it as a disk, or give the VM's disks to Velero.");
  }

  private Optional<Warning> shareable() {
    return disk(
        volume -> volume.is(Trait.SHAREABLE),
        WarningReason.SHARED_DISK,
        "VM %s is not backed up by VirtMover: its disk %s is shareable, and what others write to it is not tracked. Give the VM's disks to Velero.");
  }

  private Optional<Warning> shared() {
    return disk(
        volume -> !users(volume).isEmpty(),
        WarningReason.SHARED_DISK,
        "VM %s is not backed up by VirtMover: other VMs name the claim of its disk %s as well, and what they write to it is not tracked. Give each VM its own disk, or give these disks to Velero.");
  }

  private Set<String> users(Volume volume) {
    return wishes.shared().getOrDefault(volume.claim(), Set.of());
  }

  private Optional<Warning> disk(Predicate<Volume> isMeant, WarningReason reason, String text) {
    return disks()
        .filter(isMeant)
        .findFirst()
        .map(volume -> new Warning(reason, text.formatted(machine.title(), volume.name())));
  }

  private Optional<Warning> when(boolean isSo, WarningReason reason, String text) {
    return isSo
        ? Optional.of(new Warning(reason, text.formatted(machine.title())))
        : Optional.empty();
  }

  private Warning withConsequence(Warning warning) {
    return new Warning(
        warning.reason(),
        "%s Velero leaves the data of %s alone, as its policy says: this backup does not have it."
            .formatted(warning.text(), words(claims(handed))));
  }

  /** What is to be known of a VM that is taken. */
  private Stream<Warning> hints() {
    return Stream.of(mixed(), claimsLeftOut(), pluggedOnly(), hostDisks(), passing())
        .flatMap(Optional::stream);
  }

  /** Claims that are in no backup, whether or not the VM's disks are. */
  private Stream<Warning> lacks() {
    return Stream.of(notInGuest(), memory(), fileSystems(), files()).flatMap(Optional::stream);
  }

  private Optional<Warning> mixed() {
    return hint(
        disks().filter(volume -> !isHanded(volume)),
        WarningReason.MIXED,
        "The disks %2$s of VM %1$s are not handed to VirtMover. KubeVirt leaves no disk out of a backup, so they are in the location too, but they are restored as Velero backs them up. Hand over all disks of the VM, or none.");
  }

  private Optional<Warning> claimsLeftOut() {
    return hint(
        handed.stream().filter(this::isLeftOut),
        WarningReason.CLAIM_LEFT_OUT,
        "The Backup does not have the claims of the disks %2$s of VM %1$s: its filters or labels leave them out, or they are being deleted. The disks are in the location, but a restore has no claim to write them to. Include persistentvolumeclaims.");
  }

  private Optional<Warning> files() {
    return hint(
        machine.volumes().stream()
            .filter(volume -> wishes.assignment(volume.claim()) == Assignment.FILES),
        WarningReason.FILES,
        "Velero's file system backup is to take the disks %2$s of VM %1$s. What that has is restored only by a pod that comes back, and the pods of VMs do not: after a restore these disks are empty. Hand them to VirtMover, or have Velero take snapshots of them.");
  }

  private Optional<Warning> pluggedOnly() {
    return hint(
        disks().filter(volume -> volume.is(Trait.PLUGGED_ONLY)),
        WarningReason.PLUGGED_ONLY,
        "The disks %2$s were plugged into the running VM %1$s only: their claims are restored, but a restored VM does not have them. Add them to the VM's own volumes.");
  }

  private Optional<Warning> hostDisks() {
    return hint(
        machine.volumes(Kind.HOST_DISK),
        WarningReason.HOST_DISK,
        "The disks %2$s of VM %1$s are files on its node. They are in the location, but a restore has no claim to write them to; get them with virtmover restore.");
  }

  private Optional<Warning> passing() {
    return hint(
        machine.volumes(Kind.PASSING),
        WarningReason.PASSING_DISK,
        "The disks %2$s of VM %1$s come from images or are empty at each start. What the guest has written there is not backed up; keep it on a disk with a claim.");
  }

  private Optional<Warning> notInGuest() {
    return hint(
        machine
            .volumes(Kind.CLAIM)
            .filter(volume -> volume.is(Trait.NOT_IN_GUEST))
            .filter(this::isHanded),
        WarningReason.NOT_IN_GUEST,
        "VM %1$s names the disks %2$s, but does not have them while it runs, and KubeVirt backs up what a VM has: they are in no backup, and Velero leaves their data alone, as its policy says. Restart the VM, or plug them in.");
  }

  private Optional<Warning> memory() {
    return hint(
        machine.volumes(Kind.MEMORY_DUMP).filter(this::isHanded),
        WarningReason.MEMORY_DUMP,
        "The claims of %2$s of VM %1$s hold its memory, which KubeVirt does not back up, but the policy hands them to VirtMover: this backup does not have it. Give them to Velero.");
  }

  private Optional<Warning> fileSystems() {
    return hint(
        machine.volumes(Kind.FILE_SYSTEM).filter(this::isHanded),
        WarningReason.FILE_SYSTEM,
        "The volumes %2$s of VM %1$s are mounted as file systems, which KubeVirt does not back up, but the policy hands them to VirtMover: this backup does not have them. Give them to Velero.");
  }

  private Optional<Warning> hint(Stream<Volume> volumes, WarningReason reason, String text) {
    var names = volumes.map(Volume::name).toList();
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(new Warning(reason, text.formatted(machine.title(), words(names))));
  }

  private static List<String> claims(List<Volume> volumes) {
    return volumes.stream().map(Volume::claim).distinct().toList();
  }

  private static String words(List<String> names) {
    return String.join(", ", names);
  }
}
