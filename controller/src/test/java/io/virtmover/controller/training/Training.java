// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.training;

import io.virtmover.tls.LoopbackCertificate;
import io.virtmover.training.TrainingFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes what the AOT cache of the controller's image is made of: has it start, lead and serve
 * requests of a cluster that this process plays, and end.
 */
public final class Training {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String SERVES = "Requests are served";

  private Training() {}

  /**
   * Runs the words, and ends with exit code 0 if the controller has served requests and its JVM has
   * written what it was to write.
   *
   * @param args the program: a JVM that writes the configuration of an AOT cache, its options, the
   *     jar
   */
  public static void main(String[] args)
      throws IOException, GeneralSecurityException, InterruptedException {
    System.exit(run(List.of(args), Files.createTempDirectory("virtmover-training")));
  }

  private static int run(List<String> program, Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    var log = folder.resolve("program.log");
    var output = TrainingFiles.output(program);
    Files.deleteIfExists(output);
    try (var api = TrainingApi.start(LoopbackCertificate.context())) {
      var builder = new ProcessBuilder(program).redirectErrorStream(true);
      builder.environment().putAll(settings(api, folder));
      var process = builder.redirectOutput(log.toFile()).start();
      var hasServed = serves(process, log);
      process.destroy();
      if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          && hasServed
          && Files.exists(output)) {
        return 0;
      }
      process.destroyForcibly();
      System.err.printf(
          "The controller %s and left %s; it said:%n%s%n",
          hasServed ? "served requests" : "served no requests",
          Files.exists(output) ? output : "nothing",
          Files.readString(log));
      return 1;
    } finally {
      TrainingFiles.delete(folder);
    }
  }

  private static boolean serves(Process process, Path log)
      throws IOException, InterruptedException {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (Files.readString(log).contains(SERVES)) {
        return true;
      }
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return false;
  }

  private static Map<String, String> settings(TrainingApi api, Path folder)
      throws IOException, GeneralSecurityException {
    var certificate = LoopbackCertificate.pem(folder.resolve("tls.crt")).toString();
    var key = LoopbackCertificate.keyPem(folder.resolve("tls.key")).toString();
    return Map.ofEntries(
        Map.entry("KUBERNETES_MASTER", api.address().toString()),
        Map.entry("KUBERNETES_CERTS_CA_FILE", certificate),
        Map.entry("KUBERNETES_AUTH_TOKEN", "training"),
        // Without a pod's name it waits for a leader that may be there.
        Map.entry("VIRTMOVER_LEADERSHIP_POD", "training"),
        Map.entry("VIRTMOVER_MOVER_IMAGE", "training"),
        Map.entry("VIRTMOVER_CALLBACK_ADDRESS", "https://localhost:8443"),
        Map.entry("VIRTMOVER_CALLBACK_AUTHORITY", certificate),
        Map.entry("QUARKUS_HTTP_SSL_PORT", "0"),
        Map.entry("QUARKUS_HTTP_INSECURE_REQUESTS", "disabled"),
        Map.entry("QUARKUS_HTTP_SSL_CERTIFICATE_FILES", certificate),
        Map.entry("QUARKUS_HTTP_SSL_CERTIFICATE_KEY_FILES", key),
        Map.entry("QUARKUS_MANAGEMENT_PORT", "0"));
  }
}
