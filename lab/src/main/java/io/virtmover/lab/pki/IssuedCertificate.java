// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.pki;

/** A server certificate with its key, both as PEM (the key as PKCS#8). */
public record IssuedCertificate(String certificatePem, String keyPem) {}
