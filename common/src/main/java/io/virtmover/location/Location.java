// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A bucket, a prefix in it, and how to reach it, as a Velero BackupStorageLocation of the provider
 * {@code aws} says it.
 *
 * @param prefix Velero's prefix, without slashes at its ends; may be empty
 */
public record Location(
    String bucket,
    String prefix,
    StoreServer server,
    StoreAccess access,
    ObjectSettings objectSettings) {

  public Location {
    bucket = trimSlashes(bucket);
    prefix = trimSlashes(prefix);
    if (bucket.isEmpty()) {
      throw invalid("The backup storage location names no bucket.");
    }
    if (bucket.contains("/") && !bucket.startsWith("arn:aws")) {
      throw invalid(
          "'%s' is not a bucket: a path inside it belongs into the prefix.".formatted(bucket));
    }
  }

  /** A bucket at AWS about which nothing else is said. */
  public static Location of(String bucket, String prefix) {
    return new Location(bucket, prefix, StoreServer.AWS, StoreAccess.USUAL, ObjectSettings.PLAIN);
  }

  /** The same bucket at another server. */
  public Location withServer(StoreServer other) {
    return new Location(bucket, prefix, other, access, objectSettings);
  }

  /** The same bucket with credentials; what is not said stays as it is. */
  public Location withAccess(Optional<Path> credentialsFile, Optional<String> profile) {
    return new Location(
        bucket, prefix, server, access.with(credentialsFile, profile), objectSettings);
  }

  /** The same bucket with other settings for what is written to it. */
  public Location withObjectSettings(ObjectSettings other) {
    return new Location(bucket, prefix, server, access, other);
  }

  private static String trimSlashes(String text) {
    return text.replaceAll("^/+|/+$", "");
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
