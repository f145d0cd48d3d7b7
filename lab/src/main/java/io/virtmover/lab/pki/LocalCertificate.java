// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.pki;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * A certificate from an authority that nobody else uses, as PEM files.
 *
 * @param ca what a client has to trust
 * @param certificate what the server shows
 * @param key the server's private key
 */
public record LocalCertificate(Path ca, Path certificate, Path key) {
  /** Makes a new one for this machine in a folder that exists. */
  public static LocalCertificate create(Path folder) {
    return create(folder, List.of("localhost", "127.0.0.1"));
  }

  /** Makes a new one for other names. */
  public static LocalCertificate create(Path folder, List<String> names) {
    var authority = new CertificateAuthority("virtmover-lab", Clock.systemUTC());
    var issued = authority.issue(names);
    try {
      return new LocalCertificate(
          Files.writeString(folder.resolve("ca.pem"), authority.pem()),
          Files.writeString(folder.resolve("server.pem"), issued.certificatePem()),
          Files.writeString(folder.resolve("key.pem"), issued.keyPem()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of {@link #ca}. */
  public String caPem() {
    try {
      return Files.readString(ca);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
