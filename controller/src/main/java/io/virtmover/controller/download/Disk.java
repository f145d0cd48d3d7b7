// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.virtmover.domain.VolumeName;
import java.util.OptionalLong;

/**
 * The disk in the bucket.
 *
 * @param volume the VM's volume
 * @param virtualSize bytes; empty where another product wrote the backup, whose images tell the
 *     mover
 */
record Disk(VolumeName volume, OptionalLong virtualSize) {}
