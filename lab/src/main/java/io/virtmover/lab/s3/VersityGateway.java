// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.s3;

import io.virtmover.lab.pki.LocalCertificate;
import io.virtmover.lab.programs.FreePort;
import io.virtmover.lab.programs.LabPrograms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A real S3 server (versitygw) over a folder: real signatures, conditional writes, multipart
 * uploads.
 */
public final class VersityGateway implements AutoCloseable {
  /** The bucket that is there from the start. */
  public static final String BUCKET = "backups";

  private static final String ACCESS = "lab";
  private static final String SECRET = "lab-secret";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final Path folder;
  private final int port;
  private final Process process;
  private final boolean tls;
  private final Thread hook = new Thread(this::kill, "versitygw-end");

  private VersityGateway(Path folder, int port, Process process, boolean tls) {
    this.folder = folder;
    this.port = port;
    this.process = process;
    this.tls = tls;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts one on a free loopback port, with an empty bucket. It ends every connection. */
  public static VersityGateway start() {
    return start(Optional.empty(), List.of());
  }

  /** Starts one with TLS. */
  public static VersityGateway startTls(LocalCertificate certificate) {
    return start(Optional.of(certificate), List.of());
  }

  /** Starts one that keeps connections for the next request, as the stores of production do. */
  public static VersityGateway startKeepingConnections(Optional<LocalCertificate> certificate) {
    return start(certificate, List.of("--keep-alive"));
  }

  private static VersityGateway start(Optional<LocalCertificate> tls, List<String> options) {
    try {
      var folder = Files.createTempDirectory("s3");
      Files.createDirectories(folder.resolve("data").resolve(BUCKET));
      Files.createDirectories(folder.resolve("meta"));
      var port = FreePort.find();
      var command =
          new ArrayList<>(
              List.of(
                  LabPrograms.find("versitygw").toString(),
                  "--access",
                  ACCESS,
                  "--secret",
                  SECRET,
                  "--port",
                  "127.0.0.1:" + port,
                  "--quiet"));
      command.addAll(options);
      tls.ifPresent(
          certificate ->
              command.addAll(
                  List.of(
                      "--cert",
                      certificate.certificate().toString(),
                      "--key",
                      certificate.key().toString())));
      command.addAll(
          List.of(
              "posix",
              "--sidecar",
              folder.resolve("meta").toString(),
              folder.resolve("data").toString()));
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      var gateway = new VersityGateway(folder, port, process, tls.isPresent());
      gateway.awaitReady();
      Files.writeString(
          gateway.credentials(),
          "[default]%naws_access_key_id = %s%naws_secret_access_key = %s%n"
              .formatted(ACCESS, SECRET));
      return gateway;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady() {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException e) {
        // The server needs the core.
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    close();
    throw new IllegalStateException("versitygw does not start; see " + folder.resolve("log"));
  }

  public URI endpoint() {
    return URI.create((tls ? "https" : "http") + "://127.0.0.1:" + port);
  }

  /** An AWS credentials file for it. */
  public Path credentials() {
    return folder.resolve("credentials");
  }

  /** Where the bucket's objects lie as files. */
  public Path bucketFolder() {
    return folder.resolve("data").resolve(BUCKET);
  }

  /** All objects in it, as files. */
  public List<Path> objects() {
    try (var files = Files.walk(bucketFolder())) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An object whose key ends so. */
  public Path object(String ending) {
    return objects().stream()
        .filter(file -> file.toString().endsWith(ending))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("no object ends with " + ending));
  }

  private void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
    try {
      process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      Runtime.getRuntime().removeShutdownHook(hook);
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      // The JVM is ending; the hook has run.
    }
  }
}
