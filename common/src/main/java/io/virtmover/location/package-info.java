// SPDX-License-Identifier: Apache-2.0
/** Backup storage locations: Velero's name for a bucket, a prefix and how to get at them. */
@NullMarked
package io.virtmover.location;

import org.jspecify.annotations.NullMarked;
