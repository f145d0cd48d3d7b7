// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.failure.Addresses;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/**
 * Where a mover tells the controller how far it is and how it ended (docs/transfer-contract.md).
 *
 * @param address of the controller, https
 * @param ca PEM certificates that vouch for the controller, a file
 * @param token what the mover shows, a file that may change
 */
public record Callback(URI address, Path ca, Path token) {
  /**
   * @throws VirtMoverException {@code INVALID_REQUEST} for an address that nothing can be posted to
   */
  public Callback {
    if (!"https".equalsIgnoreCase(address.getScheme())) {
      throw invalid(
          "'%s' is not an https address, over which alone a controller is told anything."
              .formatted(Addresses.shown(address)));
    }
    if (address.getHost() == null) {
      throw invalid("'%s' names no host.".formatted(Addresses.shown(address)));
    }
    if (address.getRawUserInfo() != null
        || address.getRawQuery() != null
        || address.getRawFragment() != null) {
      throw invalid(
          "'%s' is given with a login, a query or a fragment; leave it out."
              .formatted(Addresses.shown(address)));
    }
  }

  /**
   * Reads the address.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} for what is none
   */
  public static Callback of(String address, Path ca, Path token) {
    try {
      return new Callback(new URI(address), ca, token);
    } catch (URISyntaxException e) {
      // The exception repeats the text, and that may hold a password: it is no cause to keep.
      throw invalid("'%s' is not an address.".formatted(Addresses.shown(address)));
    }
  }

  /** Where the progress of an attempt is posted to. */
  public URI progressOf(String id) {
    return ofMover(id, "progress");
  }

  /** Where the result of an attempt is posted to. */
  public URI resultOf(String id) {
    return ofMover(id, "result");
  }

  private URI ofMover(String id, String what) {
    var base = address.toString().replaceAll("/+$", "");
    return URI.create("%s/api/movers/%s/%s".formatted(base, TransferRequest.checkedId(id), what));
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
