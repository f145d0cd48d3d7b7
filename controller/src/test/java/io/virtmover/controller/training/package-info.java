// SPDX-License-Identifier: Apache-2.0
/** What makes the AOT cache of the controller's image, within the image. */
@NullMarked
package io.virtmover.controller.training;

import org.jspecify.annotations.NullMarked;
