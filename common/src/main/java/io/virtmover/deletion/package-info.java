// SPDX-License-Identifier: Apache-2.0
/**
 * How the Velero plugin tells the controller that a backup was deleted. The plugin runs for moments
 * and has no access to buckets; the controller may be away.
 */
@NullMarked
package io.virtmover.deletion;

import org.jspecify.annotations.NullMarked;
