// SPDX-License-Identifier: Apache-2.0
/**
 * A VM as a real QEMU process over raw disks with qcow2 metadata overlays and persistent bitmaps.
 */
@NullMarked
package io.virtmover.lab.qemu;

import org.jspecify.annotations.NullMarked;
