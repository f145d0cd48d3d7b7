// SPDX-License-Identifier: Apache-2.0
/** What {@code bench/run} measures, with what, and how it tells it (docs/performance.md). */
@NullMarked
package io.virtmover.lab.bench;

import org.jspecify.annotations.NullMarked;
