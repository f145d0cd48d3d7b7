// SPDX-License-Identifier: Apache-2.0
/** Value types that check themselves: names, sizes and extents. */
@NullMarked
package io.virtmover.domain;

import org.jspecify.annotations.NullMarked;
