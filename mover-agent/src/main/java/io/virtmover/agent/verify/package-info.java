// SPDX-License-Identifier: Apache-2.0
/** Checks restore points where they lie, without restoring them. */
@NullMarked
package io.virtmover.agent.verify;

import org.jspecify.annotations.NullMarked;
