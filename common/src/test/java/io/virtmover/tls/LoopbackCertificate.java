// SPDX-License-Identifier: Apache-2.0
package io.virtmover.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate for localhost, made once, with a context that holds and trusts it. */
public final class LoopbackCertificate {
  private static final String PASSWORD = "loopback";

  private record Keys(SSLContext context, Certificate certificate, Key key) {}

  private static final class Holder {
    private static final Keys KEYS = create();
  }

  private LoopbackCertificate() {}

  public static SSLContext context() {
    return Holder.KEYS.context();
  }

  /** Writes the certificate where a client can be told of it. */
  public static Path pem(Path file) throws IOException, GeneralSecurityException {
    return pem(file, "CERTIFICATE", Holder.KEYS.certificate().getEncoded());
  }

  /** Writes the key where a server can be told of it. */
  public static Path keyPem(Path file) throws IOException {
    return pem(file, "PRIVATE KEY", Holder.KEYS.key().getEncoded());
  }

  private static Path pem(Path file, String what, byte[] content) throws IOException {
    var encoder = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return Files.writeString(
        file,
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(what, encoder.encodeToString(content), what));
  }

  private static Keys create() {
    try {
      var folder = Files.createTempDirectory("loopback");
      var file = folder.resolve("keys.p12");
      try {
        keytool(file);
        return keys(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void keytool(Path file) throws IOException, InterruptedException {
    var words =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "loopback",
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost,ip:127.0.0.1",
            "-storetype",
            "PKCS12",
            "-keystore",
            file.toString(),
            "-storepass",
            PASSWORD);
    var process = new ProcessBuilder(words).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said);
    }
  }

  private static Keys keys(Path file) throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", store.getCertificate("loopback"));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return new Keys(
        context,
        store.getCertificate("loopback"),
        store.getKey("loopback", PASSWORD.toCharArray()));
  }
}
