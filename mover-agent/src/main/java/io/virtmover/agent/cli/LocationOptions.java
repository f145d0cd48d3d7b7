// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Location;
import io.virtmover.location.LocationFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
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
  @Nullable URI endpoint;

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
      description = "AWS credentials file; default: the AWS SDK's search")
  @Nullable Path credentials;

  @Option(names = "--profile", paramLabel = "P", description = "profile in the credentials file")
  @Nullable String profile;

  @Option(
      names = "--customer-key",
      paramLabel = "FILE",
      description = "32 bytes, where the location encrypts with a customer key (SSE-C)")
  @Nullable Path customerKey;

  Location resolve() {
    return (location != null ? fromFile(location) : fromWords())
        .withAccess(Optional.ofNullable(credentials), Optional.ofNullable(profile));
  }

  private Location fromFile(Path file) {
    if (bucket != null || endpoint != null || region != null || !prefix.isEmpty() || ca != null) {
      throw invalid(
          "--location says everything about the location; leave out --bucket, --prefix, --region,"
              + " --endpoint and --ca.");
    }
    return LocationFile.read(file, Optional.ofNullable(customerKey));
  }

  private Location fromWords() {
    if (bucket == null) {
      throw invalid("Say where the backups are: --location FILE, or --bucket B.");
    }
    return Location.of(bucket, prefix)
        .withServer(
            Optional.ofNullable(region),
            Optional.ofNullable(endpoint),
            pathStyle,
            Optional.ofNullable(ca).map(LocationOptions::pem));
  }

  private static String pem(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Cannot read the CA file %s: %s.".formatted(file, e.getMessage()),
          e);
    }
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
