// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.pki;

import java.util.Base64;

/** PEM text (RFC 7468). */
final class Pem {
  private Pem() {}

  static String of(String label, byte[] content) {
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, text, label);
  }
}
