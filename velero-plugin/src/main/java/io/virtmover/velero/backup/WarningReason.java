// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

/**
 * Why a Backup carries a warning of VirtMover's. The words are stable: docs/velero.md explains
 * each, and people may filter by them.
 */
public enum WarningReason {
  /** Disks are handed over, but the Backup moves no data. */
  MOVING_OFF("SnapshotMoveDataOff"),
  /** The volume policy cannot be used. */
  POLICY_UNUSABLE("PolicyUnusable"),
  /** A VM is ready for it, but nothing hands its disks over. */
  NO_POLICY("NoPolicy"),
  /** The VM does not run. */
  NOT_RUNNING("VmNotRunning"),
  /** The VM's changed blocks are not tracked. */
  NOT_TRACKED("NotTracked"),
  /** They will be, after a restart. */
  RESTART_NEEDED("RestartNeeded"),
  /** KubeVirt's feature gate is off. */
  GATE_OFF("FeatureGateOff"),
  /** A disk can be written to by several VMs. */
  SHARED_DISK("SharedDisk"),
  /** A disk passes commands through to its device. */
  LUN("LunDisk"),
  /** Some disks of the VM are handed over, some are not. */
  MIXED("MixedPolicy"),
  /** A disk is gone when the VM stops, or comes with an image. */
  PASSING_DISK("PassingDisk"),
  /** A disk is a file on the node. */
  HOST_DISK("HostDisk"),
  /** A claim holds the VM's memory. */
  MEMORY_DUMP("MemoryDump"),
  /** A claim is mounted in the guest as a file system. */
  FILE_SYSTEM("FileSystem"),
  /** A disk is known to the running VM only. */
  PLUGGED_ONLY("PluggedOnly"),
  /** A disk that the VM gets with its next start only. */
  NOT_IN_GUEST("NotInGuest"),
  /** The claim with the VM's TPM and EFI state is handed over. */
  STATE("StateClaim"),
  /** A running instance has no VirtualMachine. */
  NO_VM("InstanceWithoutVm"),
  /** A claim is handed over and its VM is not in the backup. */
  VM_LEFT_OUT("VmLeftOut"),
  /** The claim of a disk is not in the backup. */
  CLAIM_LEFT_OUT("ClaimLeftOut"),
  /** A disk is left to Velero's file system backup. */
  FILES("FsBackup"),
  /** A claim is handed over and no VM uses it. */
  NO_DISK("ClaimWithoutVm");

  private final String word;

  WarningReason(String word) {
    this.word = word;
  }

  /** As the warning and the documents spell it. */
  public String word() {
    return word;
  }
}
