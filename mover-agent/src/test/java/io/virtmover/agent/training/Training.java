// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.training;

import io.virtmover.image.Geometry;
import io.virtmover.image.extents.ExtentsWriter;
import io.virtmover.image.qcow2.Qcow2StreamWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Makes the AOT cache of the program: has it back up one pushed and one pulled disk, over TLS, to
 * servers in this process.
 */
public final class Training {
  private static final int CLUSTER_BITS = 16;
  private static final long SIZE = 128L << 20;
  private static final int BLOCK = 1 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String OUTPUT = "-XX:AOTCacheOutput=";
  private static final String PASSWORD = "training";

  private Training() {}

  /**
   * Runs the words, with those of a backup behind them, and ends with exit code 0 if that did and
   * the cache is there.
   *
   * @param args the program: a JVM that writes an AOT cache, its options, the jar
   */
  public static void main(String[] args)
      throws IOException, GeneralSecurityException, InterruptedException {
    System.exit(run(List.of(args), Files.createTempDirectory("virtmover-training")));
  }

  private static int run(List<String> program, Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    var block = new byte[BLOCK];
    new Random(1).nextBytes(block);
    var keys = certificate(folder);
    var log = folder.resolve("program.log");
    try (var servers = TrainingServers.start(tls(keys), block, SIZE)) {
      var words = new ArrayList<>(program);
      words.addAll(backup(folder, servers, image(folder, block)));
      Files.deleteIfExists(cache(program));
      var process =
          new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
      if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          && process.exitValue() == 0
          && Files.exists(cache(program))) {
        return 0;
      }
      process.destroyForcibly();
      System.err.printf("No AOT cache was made; the program said:%n%s%n", Files.readString(log));
      return 1;
    } finally {
      delete(folder);
    }
  }

  private static Path cache(List<String> program) {
    return program.stream()
        .filter(word -> word.startsWith(OUTPUT))
        .map(word -> Path.of(word.substring(OUTPUT.length())))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> backup(Path folder, TrainingServers servers, Path image)
      throws IOException {
    var credentials =
        Files.writeString(
            folder.resolve("credentials"),
            "[default]\naws_access_key_id = training\naws_secret_access_key = training\n");
    var ca = folder.resolve("certificate.pem").toString();
    return List.of(
        "backup",
        "--bucket",
        "training",
        "--region",
        "us-east-1",
        "--path-style",
        "--endpoint",
        servers.store().toString(),
        "--ca",
        ca,
        "--credentials",
        credentials.toString(),
        "--vm",
        "shop/db-01",
        "--backup",
        "training",
        "--checkpoint",
        "training-2026-01-11_01-00-03",
        "--type",
        "full",
        "--disk",
        "pushed=" + image,
        "--disk",
        "pulled=%s,size=%d".formatted(servers.volume(), SIZE),
        "--export-ca",
        ca,
        "--json");
  }

  /** A disk as KubeVirt pushes it. */
  private static Path image(Path folder, byte[] block) throws IOException {
    var geometry = new Geometry(SIZE, CLUSTER_BITS);
    var file = folder.resolve("pushed.qcow2");
    try (var out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var writer =
          new Qcow2StreamWriter(
              geometry,
              Optional.empty(),
              bytes -> append(out, bytes),
              new ExtentsWriter(geometry, _ -> {}));
      var bytes = ByteBuffer.wrap(block);
      for (var cluster = 0L; cluster < geometry.clusters(); cluster++) {
        var from = (int) (cluster % (BLOCK >> CLUSTER_BITS)) << CLUSTER_BITS;
        writer.data(cluster, bytes.slice(from, geometry.clusterSize()));
      }
      out.write(writer.finish(() -> ByteBuffer.allocate(32)).header(), 0);
    }
    return file;
  }

  private static void append(FileChannel out, ByteBuffer bytes) {
    try {
      out.write(bytes.duplicate(), out.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A key for localhost, made for this run alone; its certificate is written beside it. */
  private static KeyStore certificate(Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    var store = folder.resolve("certificate.p12");
    var keytool =
        ("-genkeypair -storetype PKCS12 -alias localhost -dname CN=localhost -keyalg EC"
                + " -groupname secp256r1 -ext san=dns:localhost,ip:127.0.0.1 -validity 30 -storepass "
                + PASSWORD
                + " -keystore")
            .split(" ", -1);
    var words = new ArrayList<>(List.of(keytool));
    words.addFirst(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    words.add(store.toString());
    var log = folder.resolve("keytool.log");
    var made =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (made.waitFor() != 0) {
      throw new IOException("keytool failed: " + Files.readString(log));
    }
    var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    var encoded =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(keys.getCertificate("localhost").getEncoded());
    Files.writeString(
        folder.resolve("certificate.pem"),
        "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n".formatted(encoded));
    return keys;
  }

  private static SSLContext tls(KeyStore keys) throws GeneralSecurityException {
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
