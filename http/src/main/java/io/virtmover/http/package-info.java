// SPDX-License-Identifier: Apache-2.0
/** HTTP clients for what moves blocks: the object store and the exporter. */
@NullMarked
package io.virtmover.http;

import org.jspecify.annotations.NullMarked;
