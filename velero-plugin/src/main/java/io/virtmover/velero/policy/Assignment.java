// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.policy;

/** Whom a Backup gives a disk to. */
public enum Assignment {
  /** VirtMover: Velero leaves its data alone. */
  OURS,
  /** Somebody else, or nobody, because an entry of the policy says so. */
  OTHERS,
  /** Velero's file system backup, which reads and writes it through a pod. */
  FILES,
  /** No entry of the policy is about it, or there is none; Velero does what it does without. */
  UNSAID
}
