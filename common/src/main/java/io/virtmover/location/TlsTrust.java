// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import java.util.Optional;

/**
 * Which servers are taken for the store.
 *
 * @param caPem certificates to trust besides the system's
 * @param anyServer whatever a server shows is accepted, {@code insecureSkipTLSVerify}
 */
public record TlsTrust(Optional<String> caPem, boolean anyServer) {
  /** The system's authorities alone. */
  public static final TlsTrust SYSTEM = new TlsTrust(Optional.empty(), false);

  /** The system's authorities, and these if there are any. */
  public static TlsTrust ofAuthorities(Optional<String> caPem) {
    return new TlsTrust(caPem, false);
  }
}
