// SPDX-License-Identifier: Apache-2.0
/** Where a request's bucket is, for the controller and for movers. */
@NullMarked
package io.virtmover.controller.location;

import org.jspecify.annotations.NullMarked;
