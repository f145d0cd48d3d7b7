// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.location.Encryption;
import io.virtmover.location.Location;
import io.virtmover.location.ObjectSettings;
import io.virtmover.location.StoreAccess;
import io.virtmover.location.StoreServer;
import io.virtmover.location.TlsTrust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Stores at a server on loopback, with little patience. */
final class Stores {
  /** Tests of limits end within seconds, and a busy machine's pauses do not look like a store's. */
  static final Patience SHORT =
      new Patience(
          Duration.ofMillis(900),
          Duration.ofSeconds(5),
          Duration.ofMillis(900),
          10_000,
          Duration.ofMinutes(1),
          2,
          Duration.ofMillis(1));

  /** For tests of answers on a busy machine: three tries, no limit that matters. */
  static final Patience CALM =
      new Patience(
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          1,
          Duration.ofSeconds(60),
          3,
          Duration.ofMillis(1));

  private Stores() {}

  static S3ObjectStore at(URI endpoint, Path folder, Patience patience) {
    return at(location(endpoint, folder, ChecksumAlgorithm.CRC32), patience, _ -> {});
  }

  static S3ObjectStore at(Location location, Patience patience, Consumer<String> notices) {
    return S3ObjectStore.open(location, 4, notices, patience);
  }

  static Location location(URI endpoint, Path folder, ChecksumAlgorithm checksum) {
    return new Location(
        "b",
        "",
        new StoreServer(
            Optional.of("us-east-1"),
            Optional.of(endpoint),
            true,
            new TlsTrust(Optional.empty(), endpoint.getScheme().equals("https"))),
        StoreAccess.USUAL.with(Optional.of(credentials(folder)), Optional.empty()),
        new ObjectSettings(new Encryption.BucketDefault(), Map.of(), checksum));
  }

  private static Path credentials(Path folder) {
    try {
      return Files.writeString(
          folder.resolve("credentials"),
          "[default]\naws_access_key_id = lab\naws_secret_access_key = lab-secret\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
