// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.failure.FailureKind;

/**
 * A backup that cannot be restored, whatever its images hold.
 *
 * @param backup its name; empty if it is so for all of the VM's
 * @param kind {@code CHAIN_BROKEN} or {@code CORRUPT_BACKUP}; {@code UNSUPPORTED} where another
 *     version may restore it; {@code INVALID_REQUEST} where the index names a disk that can be none
 * @param what one line for people
 */
public record Unusable(String backup, FailureKind kind, String what) {}
