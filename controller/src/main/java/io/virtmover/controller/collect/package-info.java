// SPDX-License-Identifier: Apache-2.0
/**
 * Frees space in buckets: for each tombstone that the Velero plugin leaves when a backup is deleted
 * the backup's manifest goes, then what no backup of the VM needs any more; and seldom all VMs of
 * all locations are looked through. What is safe to take away is decided by {@code
 * io.virtmover.repository.Collector}; here is when, and what people learn of it.
 */
@NullMarked
package io.virtmover.controller.collect;

import org.jspecify.annotations.NullMarked;
