// SPDX-License-Identifier: Apache-2.0
/**
 * The controllers of VirtualMachineBackup and VirtualMachineBackupTracker. A pass observes the
 * objects around one backup, classifies what it sees into a {@link
 * io.virtmover.lab.kubevirt.backup.State}, decides on steps and runs them; everything but the first
 * and the last is pure. What differs between KubeVirt's releases is in {@link
 * io.virtmover.lab.kubevirt.backup.Model}.
 */
@org.jspecify.annotations.NullMarked
package io.virtmover.lab.kubevirt.backup;
