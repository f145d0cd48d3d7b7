// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.api.Release;

/** The generations of KubeVirt's backup controller. Source: kubevirt-backup-api.md §1.6. */
enum Model {
  /**
   * 1.8: a backup claims the VMI before its volume is attached, so a second one waits; attach and
   * detach show in the conditions; whole sentences stand in {@code reason}.
   */
  A,
  /**
   * 1.9 and later: the VMI carries a backup status from the Start command on, and any backup of the
   * VM takes it for its own.
   */
  B,
  /**
   * What is about to come (§13): as B, but a backup tells a type per volume and two sets of links,
   * and the end of its time to live, in both modes, is a failure.
   */
  C;

  static Model of(Release release) {
    return switch (release) {
      case V1_8 -> A;
      case V1_9, HEAD -> B;
      case NEXT -> C;
    };
  }
}
