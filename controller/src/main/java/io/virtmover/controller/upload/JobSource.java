// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

/** What has become of what a backup depends on, where KubeVirt itself does not notice it. */
enum JobSource {
  /** All is there, or nobody has looked. */
  THERE,

  /** The tracker is gone: KubeVirt does not go on, not even to delete the backup. */
  TRACKER_GONE
}
