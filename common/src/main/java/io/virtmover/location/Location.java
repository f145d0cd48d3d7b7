// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import io.virtmover.failure.Addresses;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A bucket, a prefix in it, and how to reach it, as a Velero BackupStorageLocation of the provider
 * {@code aws} says it.
 *
 * @param prefix Velero's prefix, without slashes at its ends; may be empty
 * @param caPem certificates to trust besides the system's
 * @param credentialsFile AWS ini file, serving as credentials and as configuration; empty: the
 *     environment, the user's files, the machine's role
 * @param tags object tags
 * @param readOnly nothing may be written
 */
public record Location(
    String bucket,
    String prefix,
    Optional<String> region,
    Optional<URI> endpoint,
    boolean pathStyle,
    boolean insecureSkipTlsVerify,
    Optional<String> caPem,
    Optional<Path> credentialsFile,
    String profile,
    Encryption encryption,
    Map<String, String> tags,
    ChecksumAlgorithm checksum,
    boolean readOnly) {
  public static final String DEFAULT_PROFILE = "default";

  private static final Pattern HTTP = Pattern.compile("(?i)https?");
  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  public Location {
    tags = Map.copyOf(tags);
    bucket = trimSlashes(bucket);
    prefix = trimSlashes(prefix);
    if (bucket.isEmpty()) {
      throw invalid("The backup storage location names no bucket.");
    }
    if (bucket.contains("/") && !bucket.startsWith("arn:aws")) {
      throw invalid(
          "'%s' is not a bucket: a path inside it belongs into the prefix.".formatted(bucket));
    }
    endpoint.ifPresent(Location::checkEndpoint);
    region.ifPresent(Location::checkRegion);
  }

  /**
   * The address of an S3 server.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} for what is none
   */
  public static URI endpoint(String text) {
    try {
      var address = new URI(text);
      checkEndpoint(address);
      return address;
    } catch (URISyntaxException e) {
      // The exception repeats the text, and that may hold a password: it is no cause to keep.
      throw noEndpoint(text);
    }
  }

  /** A location from the command line's words. */
  public static Location of(String bucket, String prefix) {
    return new Location(
        bucket,
        prefix,
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        Optional.empty(),
        Optional.empty(),
        DEFAULT_PROFILE,
        new Encryption.BucketDefault(),
        Map.of(),
        ChecksumAlgorithm.CRC32,
        false);
  }

  /** The same with another encryption. */
  public Location withEncryption(Encryption newEncryption) {
    return new Location(
        bucket,
        prefix,
        region,
        endpoint,
        pathStyle,
        insecureSkipTlsVerify,
        caPem,
        credentialsFile,
        profile,
        newEncryption,
        tags,
        checksum,
        readOnly);
  }

  /** The same with credentials; what is not said stays as it is. */
  public Location withAccess(Optional<Path> newCredentialsFile, Optional<String> newProfile) {
    return new Location(
        bucket,
        prefix,
        region,
        endpoint,
        pathStyle,
        insecureSkipTlsVerify,
        caPem,
        newCredentialsFile.or(() -> credentialsFile),
        newProfile.orElse(profile),
        encryption,
        tags,
        checksum,
        readOnly);
  }

  public Location withServer(
      Optional<String> newRegion,
      Optional<URI> newEndpoint,
      boolean newPathStyle,
      Optional<String> newCaPem) {
    return new Location(
        bucket,
        prefix,
        newRegion,
        newEndpoint,
        newPathStyle,
        insecureSkipTlsVerify,
        newCaPem,
        credentialsFile,
        profile,
        encryption,
        tags,
        checksum,
        readOnly);
  }

  /** Whether a text can stand in a signature and in a host name as a region. */
  static boolean isRegion(String text) {
    return REGION.matcher(text).matches();
  }

  private static void checkRegion(String region) {
    if (!isRegion(region)) {
      throw invalid("'%s' is not the name of a region.".formatted(region));
    }
  }

  private static void checkEndpoint(URI endpoint) {
    var scheme = String.valueOf(endpoint.getScheme());
    if (!HTTP.matcher(scheme).matches() || endpoint.getHost() == null) {
      throw noEndpoint(endpoint.toString());
    }
    if (endpoint.getRawUserInfo() != null
        || endpoint.getRawQuery() != null
        || endpoint.getRawFragment() != null) {
      throw invalid(
          "The address %s of the S3 server has a name, a password, a query or a fragment in it;"
                  .formatted(Addresses.shown(endpoint))
              + " leave that out, who you are is in the credentials file.");
    }
  }

  private static VirtMoverException noEndpoint(String text) {
    return invalid(
        "'%s' is not the http or https address of an S3 server.".formatted(Addresses.shown(text)));
  }

  private static String trimSlashes(String text) {
    return text.replaceAll("^/+|/+$", "");
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
