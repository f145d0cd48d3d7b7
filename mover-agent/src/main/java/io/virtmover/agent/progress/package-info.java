// SPDX-License-Identifier: Apache-2.0
/** How far a transfer is, for people and for the controller. */
@NullMarked
package io.virtmover.agent.progress;

import org.jspecify.annotations.NullMarked;
