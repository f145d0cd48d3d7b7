// SPDX-License-Identifier: Apache-2.0
/**
 * What every controller of the laboratory needs: a queue that looks at one key at a time and tries
 * again after failures, events that people read, and running a program of the host. Nothing here
 * knows what is being reconciled.
 */
@NullMarked
package io.virtmover.lab.reconcile;

import org.jspecify.annotations.NullMarked;
