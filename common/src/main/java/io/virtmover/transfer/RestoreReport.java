// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.domain.VolumeName;

/**
 * A finished restore; sizes in bytes.
 *
 * @param images of the disk's chain
 * @param resumedAt where an interrupted run had come to
 * @param verified whether every byte had a recorded checksum, and it was compared
 */
public record RestoreReport(
    VolumeName volume,
    long virtualSize,
    int images,
    long bytesFetched,
    long bytesWritten,
    long resumedAt,
    boolean verified)
    implements Report {}
