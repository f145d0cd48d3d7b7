// SPDX-License-Identifier: Apache-2.0
/**
 * What happens to items while Velero takes a backup: which VMs are taken over, with one DataUpload
 * each, and what people are told about the others.
 */
@NullMarked
package io.virtmover.velero.backup;

import org.jspecify.annotations.NullMarked;
