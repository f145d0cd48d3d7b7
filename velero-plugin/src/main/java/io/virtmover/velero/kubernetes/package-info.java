// SPDX-License-Identifier: Apache-2.0
/**
 * The API server as the plugin needs it: a few verbs on trees of JSON, with Velero's service
 * account. Every call has a time limit, since nothing above it has one. Typed views of what is read
 * are in {@code io.virtmover.cluster}.
 */
@NullMarked
package io.virtmover.velero.kubernetes;

import org.jspecify.annotations.NullMarked;
