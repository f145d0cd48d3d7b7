// SPDX-License-Identifier: Apache-2.0
/** JSON that loses nothing on its way through the program. */
@NullMarked
package io.virtmover.velero.json;

import org.jspecify.annotations.NullMarked;
