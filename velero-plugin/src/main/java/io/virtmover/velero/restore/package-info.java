// SPDX-License-Identifier: Apache-2.0
/**
 * What happens to items while Velero restores: claims wait for their disks, VMs for their claims,
 * and what belongs to a backup's making is not restored.
 */
@NullMarked
package io.virtmover.velero.restore;

import org.jspecify.annotations.NullMarked;
