// SPDX-License-Identifier: Apache-2.0
/** What happens when Velero deletes a backup: a note for the controller, which frees the space. */
@NullMarked
package io.virtmover.velero.delete;

import org.jspecify.annotations.NullMarked;
