// SPDX-License-Identifier: Apache-2.0
/** What {@code bench/run} measures on. */
@NullMarked
package io.virtmover.lab.bench;

import org.jspecify.annotations.NullMarked;
