// SPDX-License-Identifier: Apache-2.0
/**
 * The {@code .extents} side object: where each cluster of an image lies in its object and what its
 * checksum is (docs/repository-format.md, "The extents side object").
 */
@NullMarked
package io.virtmover.agent.image.extents;

import org.jspecify.annotations.NullMarked;
