// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import io.vertx.core.Vertx;
import io.virtmover.lab.pki.LocalCertificate;
import io.virtmover.lab.qemu.PullBackup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Serves one pull backup over HTTPS on the loopback interface, with a certificate of its own. */
public final class ExportServer implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final PullBackup backup;
  private final String token;
  private final Path folder;
  private final LocalCertificate certificate;
  private final ExportRequests requests;
  private final ExportListener listener;

  private ExportServer(PullBackup backup, IncrementMap increments) throws IOException {
    this.backup = backup;
    this.folder = Files.createTempDirectory("export");
    this.certificate = LocalCertificate.create(folder);
    var random = new byte[16];
    new Random().nextBytes(random);
    this.token = HexFormat.of().formatHex(random);
    Files.writeString(tokenFile(), token);
    this.requests = new ExportRequests(() -> Optional.of(backup), () -> token, increments);
    this.listener =
        ExportListener.start(
            vertx,
            "127.0.0.1",
            Files.readString(certificate.certificate()),
            Files.readString(certificate.key()),
            requests);
  }

  /** Serves a backup on a free port of the loopback interface until it is closed. */
  public static ExportServer start(PullBackup backup, IncrementMap increments) {
    try {
      return new ExportServer(backup, increments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a client is given for a volume: the internal form of the address. */
  public String url(String volume) {
    return "https://localhost:%d/exports/%s".formatted(listener.port(), volume);
  }

  /** The form that goes through KubeVirt's export proxy. */
  public String externalUrl(String volume) {
    return "https://localhost:%d/api/export.kubevirt.io/v1/namespaces/shop/virtualmachineexports/%s/exports/%s"
        .formatted(listener.port(), backup.vmBackup(), volume);
  }

  public Path caFile() {
    return certificate.ca();
  }

  public Path tokenFile() {
    return folder.resolve("token");
  }

  public String token() {
    return token;
  }

  public ExportFaults faults() {
    return requests.faults();
  }

  public long mapRequests() {
    return requests.mapRequests();
  }

  public long dataRequests() {
    return requests.dataRequests();
  }

  /** Body bytes of data answers. */
  public long dataBytes() {
    return requests.dataBytes();
  }

  @Override
  public void close() {
    listener.close();
    ExportRequests.await(vertx.close());
    try {
      for (var file :
          List.of(certificate.ca(), certificate.certificate(), certificate.key(), tokenFile())) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
