// SPDX-License-Identifier: Apache-2.0
/**
 * Log lines as go-plugin's host reads them from standard error: one JSON object per line, which
 * Velero files under the log of the backup or restore at hand. A line that is not quite as the host
 * wants it can end the Velero server, so nothing else writes them.
 */
@NullMarked
package io.virtmover.velero.log;

import org.jspecify.annotations.NullMarked;
