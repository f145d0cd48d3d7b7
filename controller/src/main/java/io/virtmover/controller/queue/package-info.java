// SPDX-License-Identifier: Apache-2.0
/** How many transfers run at once, and whose turn it is. */
@NullMarked
package io.virtmover.controller.queue;

import org.jspecify.annotations.NullMarked;
