// SPDX-License-Identifier: Apache-2.0
/**
 * What the controllers of the node need: a queue that looks at one key at a time and tries again
 * after failures, and running a program of the host. Nothing here knows what is being reconciled.
 */
@NullMarked
package io.virtmover.lab.reconcile;

import org.jspecify.annotations.NullMarked;
