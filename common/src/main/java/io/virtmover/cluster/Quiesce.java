// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

/** Whether the guest's file systems were frozen while the backup began. */
public enum Quiesce {
  /** Not said, or not yet. */
  UNKNOWN,
  SUCCEEDED,
  /** Tried in vain; the backup is what a power cut would have left. */
  FAILED,
  /** Not tried, as asked. */
  SKIPPED
}
