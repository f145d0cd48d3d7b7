// SPDX-License-Identifier: Apache-2.0
/** Work that other threads do for one, without losing what they have to say. */
@NullMarked
package io.virtmover.concurrent;

import org.jspecify.annotations.NullMarked;
