// SPDX-License-Identifier: Apache-2.0
/**
 * Which kinds of objects and which namespaces a Backup or a Restore is about, decided as Velero
 * 1.18 does: words that are resolved to kinds, wildcards, and what a resource policy adds.
 */
@NullMarked
package io.virtmover.velero.filter;

import org.jspecify.annotations.NullMarked;
