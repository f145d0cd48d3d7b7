// SPDX-License-Identifier: Apache-2.0
/**
 * What VirtMover does with Velero's items, as ports: an action of each of Velero's four kinds, and
 * what it answers. Items are trees of JSON, so that fields nobody here knows and 64-bit numbers
 * come out as they went in. Actions keep no state between calls, since Velero may start the process
 * anew before each; they may be called by several threads at once. Whatever an action throws
 * becomes Velero's error for that item.
 */
@NullMarked
package io.virtmover.velero.action;

import org.jspecify.annotations.NullMarked;
