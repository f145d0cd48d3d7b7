// SPDX-License-Identifier: Apache-2.0
/** HTTP clients for what a mover talks to: the object store, the exporter, the controller. */
@NullMarked
package io.virtmover.http;

import org.jspecify.annotations.NullMarked;
