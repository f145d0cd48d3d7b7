// SPDX-License-Identifier: Apache-2.0
/** Mover pods: the Job that runs one, the files it is given, and how it ends. */
@NullMarked
package io.virtmover.controller.mover;

import org.jspecify.annotations.NullMarked;
