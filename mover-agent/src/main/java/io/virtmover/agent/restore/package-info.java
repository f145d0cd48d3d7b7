// SPDX-License-Identifier: Apache-2.0
/**
 * The restore pipeline: exactly the clusters of a chain that are still alive are fetched, checked
 * and written to the disk.
 */
@NullMarked
package io.virtmover.agent.restore;

import org.jspecify.annotations.NullMarked;
