// SPDX-License-Identifier: Apache-2.0
/**
 * A run of the program from which the JVM learns what to load and how code is used (docs/adr/0005).
 * It belongs to the build: the servers know just enough to be talked to.
 */
@NullMarked
package io.virtmover.agent.training;

import org.jspecify.annotations.NullMarked;
