// SPDX-License-Identifier: Apache-2.0
/**
 * The port to an object store: the few operations VirtMover needs, with conditional writes as
 * values. Keys are absolute inside one bucket. Every implementation passes the same contract test.
 */
@NullMarked
package io.virtmover.objectstore;

import org.jspecify.annotations.NullMarked;
