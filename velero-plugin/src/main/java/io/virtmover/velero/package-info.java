// SPDX-License-Identifier: Apache-2.0
/** The Velero plugin's program: which actions it has, and its start. */
@NullMarked
package io.virtmover.velero;

import org.jspecify.annotations.NullMarked;
