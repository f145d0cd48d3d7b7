// SPDX-License-Identifier: Apache-2.0
/**
 * VMs as the plugin sees them: their disks, whether KubeVirt can back them up, and which other
 * objects they need to live.
 */
@NullMarked
package io.virtmover.velero.machine;

import org.jspecify.annotations.NullMarked;
