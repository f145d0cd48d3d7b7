// SPDX-License-Identifier: Apache-2.0
/**
 * Backup storage locations: Velero's name for a bucket, a prefix and how to get at them. With them
 * what leads there: credentials files and proxy variables, read as Velero's pod next door reads
 * them, so that what works there works here, and nothing means something else.
 */
@NullMarked
package io.virtmover.location;

import org.jspecify.annotations.NullMarked;
