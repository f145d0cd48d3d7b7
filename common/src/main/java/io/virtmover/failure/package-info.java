// SPDX-License-Identifier: Apache-2.0
/**
 * The error taxonomy. Every error a user can meet has a {@link io.virtmover.failure.FailureKind},
 * which decides the exit code and the reaction, and a message that says what happened, to what, and
 * what to do.
 */
@NullMarked
package io.virtmover.failure;

import org.jspecify.annotations.NullMarked;
