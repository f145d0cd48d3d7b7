// SPDX-License-Identifier: Apache-2.0
/**
 * The node's part of a VM: a real QEMU process for each running VMI, the backup commands that
 * virt-launcher obeys, and the listeners that the exporter pods forward to. Nothing here writes to
 * the API server; what a backup has come to is told as a {@link JobReport} and published by {@code
 * kubevirt.vm}.
 */
@NullMarked
package io.virtmover.lab.kubevirt.launcher;

import org.jspecify.annotations.NullMarked;
