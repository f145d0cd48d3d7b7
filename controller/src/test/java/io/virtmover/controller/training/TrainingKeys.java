// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A key of localhost with its certificate, for both sides.
 *
 * @param certificate PEM
 * @param key PEM, PKCS #8
 */
record TrainingKeys(SSLContext context, Path certificate, Path key) {
  private static final String NAME = "training";
  private static final char[] PASSWORD = NAME.toCharArray();

  static TrainingKeys create(Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    var file = folder.resolve("keys.p12");
    keytool(file);
    var store = KeyStore.getInstance(file.toFile(), PASSWORD);
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return new TrainingKeys(
        context,
        pem(folder.resolve("tls.crt"), "CERTIFICATE", store.getCertificate(NAME).getEncoded()),
        pem(folder.resolve("tls.key"), "PRIVATE KEY", store.getKey(NAME, PASSWORD).getEncoded()));
  }

  private static void keytool(Path file) throws IOException, InterruptedException {
    var program = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var words =
        List.of(
            program,
            "-genkeypair",
            "-alias",
            NAME,
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost",
            "-keystore",
            file.toString(),
            "-storepass",
            NAME);
    var process = new ProcessBuilder(words).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said);
    }
  }

  private static Path pem(Path file, String what, byte[] content) throws IOException {
    var lines = Base64.getMimeEncoder().encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, lines, what));
  }
}
