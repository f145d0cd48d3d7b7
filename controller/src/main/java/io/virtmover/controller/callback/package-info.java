// SPDX-License-Identifier: Apache-2.0
/** Where movers report progress and results. */
@NullMarked
package io.virtmover.controller.callback;

import org.jspecify.annotations.NullMarked;
