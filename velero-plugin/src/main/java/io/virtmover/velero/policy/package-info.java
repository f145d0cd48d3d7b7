// SPDX-License-Identifier: Apache-2.0
/**
 * Velero's volume policies, as Velero itself reads them: which disks a Backup hands to VirtMover,
 * and which it leaves to Velero.
 */
@NullMarked
package io.virtmover.velero.policy;

import org.jspecify.annotations.NullMarked;
