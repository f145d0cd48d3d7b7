// SPDX-License-Identifier: Apache-2.0
/** Who asks the controller something: tokens as the API server knows them. */
@NullMarked
package io.virtmover.controller.access;

import org.jspecify.annotations.NullMarked;
