// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.Unreadable;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Encryption;
import io.virtmover.location.Location;
import io.virtmover.location.LocationFile;
import io.virtmover.location.ObjectSettings;
import io.virtmover.location.StoreServer;
import io.virtmover.location.TlsTrust;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the backups are: a BackupStorageLocation manifest, or the words of one. */
final class LocationOptions {
  @Option(
      names = "--location",
      paramLabel = "FILE",
      description = "BackupStorageLocation manifest (kubectl get bsl NAME -o yaml)")
  @Nullable Path location;

  @Option(names = "--bucket", paramLabel = "B", description = "bucket, in place of --location")
  @Nullable String bucket;

  @Option(
      names = "--prefix",
      paramLabel = "P",
      description = "Velero's prefix; backups lie in P-kubevirt-datamover/")
  String prefix = "";

  @Option(names = "--region", paramLabel = "R", description = "region of the bucket")
  @Nullable String region;

  @Option(names = "--endpoint", paramLabel = "URL", description = "S3 server, if it is not AWS")
  @Nullable String endpoint;

  @Option(names = "--path-style", description = "put the bucket into the path of requests")
  boolean pathStyle;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "PEM certificates of the S3 server's authority")
  @Nullable Path ca;

  @Option(
      names = "--credentials",
      paramLabel = "FILE",
      description =
          "AWS credentials file, as Velero's secret has it; default: the environment, the user's AWS"
              + " files, the machine's role")
  @Nullable Path credentials;

  @Option(names = "--profile", paramLabel = "P", description = "profile in the credentials file")
  @Nullable String profile;

  @Option(
      names = "--customer-key",
      paramLabel = "FILE",
      description = "32 bytes to encrypt with (SSE-C), or the content of the location's key secret")
  @Nullable Path customerKey;

  Location resolve() {
    return (location != null ? fromFile(location) : fromWords())
        .withAccess(Optional.ofNullable(credentials), Optional.ofNullable(profile));
  }

  private Location fromFile(Path file) {
    var words = new LinkedHashMap<String, Boolean>();
    words.put("--bucket", bucket != null);
    words.put("--prefix", !prefix.isEmpty());
    words.put("--region", region != null);
    words.put("--endpoint", endpoint != null);
    words.put("--path-style", pathStyle);
    words.put("--ca", ca != null);
    var given = words.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey);
    given
        .findFirst()
        .ifPresent(
            word -> {
              throw invalid(
                  "--location says everything about the location; leave out %s.".formatted(word));
            });
    return LocationFile.read(
        file, Optional.ofNullable(customerKey), Optional.ofNullable(credentials));
  }

  private Location fromWords() {
    if (bucket == null) {
      throw invalid("Say where the backups are: --location FILE, or --bucket B.");
    }
    var address = Optional.ofNullable(endpoint).map(StoreServer::address);
    if (ca != null && address.map(URI::getScheme).filter("http"::equalsIgnoreCase).isPresent()) {
      throw invalid("--ca does not apply to an http address; leave it out, or use https.");
    }
    return Location.of(bucket, prefix)
        .withServer(
            new StoreServer(
                Optional.ofNullable(region),
                address,
                pathStyle,
                TlsTrust.ofAuthorities(Optional.ofNullable(ca).map(LocationOptions::pem))))
        .withObjectSettings(
            Optional.ofNullable(customerKey)
                .map(Encryption.CustomerKey::ofSecret)
                .map(ObjectSettings.PLAIN::withEncryption)
                .orElse(ObjectSettings.PLAIN));
  }

  private static String pem(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Cannot read the CA file %s: %s.".formatted(file, Unreadable.why(e)),
          e);
    }
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
