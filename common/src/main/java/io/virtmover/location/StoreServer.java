// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import io.virtmover.failure.Addresses;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The server that a bucket is on.
 *
 * @param region empty: what the environment or the profile says
 * @param endpoint empty: AWS
 * @param pathStyle the bucket stands in the path of requests, not in the host's name
 */
public record StoreServer(
    Optional<String> region, Optional<URI> endpoint, boolean pathStyle, TlsTrust trust) {
  /** AWS, in the region that the environment or the profile says. */
  public static final StoreServer AWS =
      new StoreServer(Optional.empty(), Optional.empty(), false, TlsTrust.SYSTEM);

  private static final Pattern HTTP = Pattern.compile("(?i)https?");
  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  public StoreServer {
    endpoint.ifPresent(StoreServer::checkAddress);
    region.ifPresent(StoreServer::checkRegion);
  }

  /**
   * The address of an S3 server.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} for what is none
   */
  public static URI address(String text) {
    try {
      var address = new URI(text);
      checkAddress(address);
      return address;
    } catch (URISyntaxException e) {
      // The exception repeats the text, and that may hold a password: it is no cause to keep.
      throw noAddress(text);
    }
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

  private static void checkAddress(URI address) {
    var scheme = String.valueOf(address.getScheme());
    if (!HTTP.matcher(scheme).matches() || address.getHost() == null) {
      throw noAddress(address.toString());
    }
    if (address.getRawUserInfo() != null
        || address.getRawQuery() != null
        || address.getRawFragment() != null) {
      throw invalid(
          "The address %s of the S3 server has a name, a password, a query or a fragment in it;"
                  .formatted(Addresses.shown(address))
              + " leave that out, who you are is in the credentials file.");
    }
  }

  private static VirtMoverException noAddress(String text) {
    return invalid(
        "'%s' is not the http or https address of an S3 server.".formatted(Addresses.shown(text)));
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
