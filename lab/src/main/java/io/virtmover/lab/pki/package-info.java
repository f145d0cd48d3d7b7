// SPDX-License-Identifier: Apache-2.0
/**
 * A small certificate authority: server certificates for export services and for the webhook, made
 * without any tool. It writes the few DER structures of RFC 5280 that are needed; keys are ECDSA
 * over P-256.
 */
@org.jspecify.annotations.NullMarked
package io.virtmover.lab.pki;
