// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

/**
 * Behaviour of KubeVirt's controllers that depends on timing there and is a switch here, for the
 * whole stand-in. All are off unless asked for; what KubeVirt always does is no quirk. Source:
 * kubevirt-backup-api.md §0 and the recorded scenarios.
 *
 * @param falseFailureEvents a VirtualMachineBackup that ends also gets the Warning {@code
 *     VirtualMachineBackupFailed} of a reconcile whose status write is refused (§0, 2.8)
 * @param earlyExportReady a recreated VirtualMachineExport is Ready for a moment through the dying
 *     pod of the one before, long enough for the backup to say ExportReady (§0, 5.9; 1.9 and later)
 * @param exportRecreatedWhileDetaching a pull job that fails makes the backup controller delete and
 *     recreate the VirtualMachineExport until its volume is detached (§0, 2.9; 1.8 only)
 * @param lostPreparingExport the status write after the export was made meets a conflict, so that
 *     {@code PreparingExport} never shows (recorded in pull-incremental)
 */
public record Quirks(
    boolean falseFailureEvents,
    boolean earlyExportReady,
    boolean exportRecreatedWhileDetaching,
    boolean lostPreparingExport) {
  /** Nothing that depends on timing. */
  public static final Quirks NONE = new Quirks(false, false, false, false);
}
