// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

/**
 * What KubeVirt's backup controller asks of a running VM: the subresources {@code backup} and
 * {@code redefine-checkpoint} of a VirtualMachineInstance. Calls return when the launcher has
 * accepted the command; what becomes of it shows in the VMI's {@code
 * status.changedBlockTracking.backupStatus}.
 */
public interface VmiSubresources {
  /**
   * Starts, exports or aborts a backup.
   *
   * @throws SubresourceException when the launcher refuses
   */
  void backup(VmiKey vmi, BackupCommand command) throws SubresourceException;

  /**
   * Makes the launcher know a checkpoint again after the VM was started or has moved.
   *
   * @throws SubresourceException with status 422 when no disk has a usable bitmap of that name
   */
  void redefineCheckpoint(VmiKey vmi, Checkpoint checkpoint) throws SubresourceException;
}
