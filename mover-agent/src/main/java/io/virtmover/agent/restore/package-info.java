// SPDX-License-Identifier: Apache-2.0
/**
 * The restore pipeline: the chain's images become one map, and exactly the clusters that are still
 * alive are fetched, checked and written to the disk.
 */
@NullMarked
package io.virtmover.agent.restore;

import org.jspecify.annotations.NullMarked;
