// SPDX-License-Identifier: Apache-2.0
/**
 * Kubernetes objects as the actions read and change them: trees of JSON with names for the fields
 * that matter, Velero's Backup and Restore, and the marks that VirtMover leaves in a backup.
 */
@NullMarked
package io.virtmover.velero.item;

import org.jspecify.annotations.NullMarked;
