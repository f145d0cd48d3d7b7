// SPDX-License-Identifier: Apache-2.0
/**
 * A chain as whoever reads it sees it: its images as layers, the newest first, for each cluster the
 * one unit of one image that holds it, and those units fetched from the bucket and checked.
 */
@NullMarked
package io.virtmover.agent.chain;

import org.jspecify.annotations.NullMarked;
