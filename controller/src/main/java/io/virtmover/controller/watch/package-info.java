// SPDX-License-Identifier: Apache-2.0
/** What the controller watches: caches limited by label, and which request a change concerns. */
@NullMarked
package io.virtmover.controller.watch;

import org.jspecify.annotations.NullMarked;
