// SPDX-License-Identifier: Apache-2.0
/**
 * What the controller watches: caches limited by label, which request a change concerns, and all
 * requests for those who only look.
 */
@NullMarked
package io.virtmover.controller.watch;

import org.jspecify.annotations.NullMarked;
