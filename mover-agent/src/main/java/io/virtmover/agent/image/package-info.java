// SPDX-License-Identifier: Apache-2.0
/**
 * What a disk image says about each of its clusters, independent of the file format: data, zero or
 * hole.
 */
@NullMarked
package io.virtmover.agent.image;

import org.jspecify.annotations.NullMarked;
