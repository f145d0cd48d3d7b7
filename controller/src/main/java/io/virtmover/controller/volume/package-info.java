// SPDX-License-Identifier: Apache-2.0
/** Claims and volumes: making them, and moving a volume from one claim to another. */
@NullMarked
package io.virtmover.controller.volume;

import org.jspecify.annotations.NullMarked;
