// SPDX-License-Identifier: Apache-2.0
/**
 * The process that Velero starts, seen from Velero: go-plugin's handshake, its services, and
 * Velero's own over gRPC. Nothing but the handshake ever goes to standard output, every failure of
 * an action is an answer with a status, and the process ends when the host says so or is gone.
 */
@NullMarked
package io.virtmover.velero.protocol;

import org.jspecify.annotations.NullMarked;
