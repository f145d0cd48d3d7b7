// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import io.virtmover.domain.Sha256;

/** Texts that become label values and names of objects although they can be too long for it. */
public final class VeleroNames {
  private static final int LABEL = 63;
  private static final int NAME = 253;
  private static final int SHORT_HASH = 8;

  private VeleroNames() {}

  /** A label value as Velero shortens it: 57 bytes and 6 digits of the SHA-256. */
  public static String label(String text) {
    return text.length() <= LABEL ? text : text.substring(0, 57) + Sha256.hex(text).substring(0, 6);
  }

  /**
   * A name that can be read and does not repeat: {@code PREFIX-first-second-third-HASH}, the words
   * cut where it would be longer than a name may be.
   *
   * @param identity what makes the object the one it is
   * @param words for people
   */
  public static String object(String prefix, String identity, String... words) {
    var hash = Sha256.hex(identity).substring(0, SHORT_HASH);
    var text = prefix + "-" + String.join("-", words);
    var room = NAME - 1 - hash.length();
    var cut = text.substring(0, Math.min(room, text.length())).replaceAll("[-.]+$", "");
    return cut + "-" + hash;
  }
}
