// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.http.Authorities;
import io.virtmover.http.TlsContexts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What opens an export: the certificates to trust and the token.
 *
 * @param token value of the token header; nothing is trimmed by the server, so it must be exact
 */
public record ExportAccess(SSLContext tls, Optional<String> token) {
  /** The export server's token header. */
  static final String TOKEN_HEADER = "x-kubevirt-export-token";

  private static final int MAX_FILE = 1 << 20;

  /**
   * Reads the files a user or a pod has; the certificates again whenever they do not vouch for a
   * server.
   *
   * @param ca PEM certificates; empty: the system's
   * @param tokenFile the token, a line break at its end is dropped
   * @throws VirtMoverException {@code INVALID_REQUEST} for files that cannot be used
   */
  public static ExportAccess of(Optional<Path> ca, Optional<Path> tokenFile) {
    return new ExportAccess(
        ca.map(file -> TlsContexts.trusting(new RenewedAuthorities(() -> authorities(file))))
            .orElseGet(TlsContexts::trustingTheSystem),
        tokenFile.map(ExportAccess::readToken));
  }

  private static String readToken(Path file) {
    var token = new String(read(file, "token"), StandardCharsets.ISO_8859_1);
    token = token.replaceAll("[\\r\\n]+$", "");
    if (token.isEmpty() || token.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
      throw invalid(
          "The export token file %s holds no token that fits into a header; copy the secret's key"
                  .formatted(file)
              + " 'token' into it.");
    }
    return token;
  }

  private static X509ExtendedTrustManager authorities(Path file) {
    try {
      return Authorities.of(read(file, "CA"));
    } catch (GeneralSecurityException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "The export CA file %s holds no PEM certificates: %s."
              .formatted(file, ConnectionTrouble.words(e, "it cannot be parsed")),
          e);
    }
  }

  private static byte[] read(Path file, String what) {
    try {
      if (Files.size(file) > MAX_FILE) {
        throw invalid("The export %s file %s is too large.".formatted(what, file));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Cannot read the export %s file %s: %s.".formatted(what, file, e.getMessage()),
          e);
    }
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
