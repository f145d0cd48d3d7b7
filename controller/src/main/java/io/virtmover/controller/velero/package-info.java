// SPDX-License-Identifier: Apache-2.0
/**
 * Velero's requests, as their CRDs have them: no status subresource, so status is patched with the
 * object.
 */
@NullMarked
package io.virtmover.controller.velero;

import org.jspecify.annotations.NullMarked;
