// SPDX-License-Identifier: Apache-2.0
package io.virtmover.failure;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * How an address is written where people read it: in messages, results and logs. User info, query
 * and fragment can hold passwords and tokens, so they are never repeated.
 */
public final class Addresses {
  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*://");
  private static final Pattern QUERY_OR_FRAGMENT = Pattern.compile("[?#]");
  private static final String HIDDEN = "(hidden)";

  private Addresses() {}

  /** {@link #shown(String)} of an address that was parsed. */
  public static String shown(URI address) {
    return shown(address.toString());
  }

  /**
   * Scheme, host, port and path of what was given as an address, whether or not it is one. A
   * password can hold characters that end it for a parser ({@code https://user:p/w@host}), so
   * nothing before an {@code @} is shown, wherever that stands.
   */
  public static String shown(String address) {
    var found = SCHEME.matcher(address);
    var scheme = found.find() ? found.group() : "";
    var parts = QUERY_OR_FRAGMENT.split(address.substring(scheme.length()), 2);
    if (parts.length > 1 && parts[1].contains("@")) {
      // Either a query with an @ in it or a password with a ? in it.
      return scheme + HIDDEN;
    }
    var place = parts[0].substring(parts[0].lastIndexOf('@') + 1);
    return scheme + place.replaceAll("\\p{Cntrl}", "?");
  }
}
