// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Texts that become label values and names of objects although they can be too long for it. */
public final class VeleroNames {
  private static final int LABEL = 63;
  private static final int NAME = 253;
  private static final int SHORT_HASH = 8;

  private VeleroNames() {}

  /** A label value as Velero shortens it: 57 bytes and 6 digits of the SHA-256. */
  public static String label(String text) {
    return text.length() <= LABEL ? text : text.substring(0, 57) + sha256(text).substring(0, 6);
  }

  /**
   * A name that can be read and does not repeat: {@code PREFIX-first-second-third-HASH}, the words
   * cut where it would be longer than a name may be.
   *
   * @param identity what makes the object the one it is
   * @param words for people
   */
  public static String object(String prefix, String identity, String... words) {
    var hash = sha256(identity).substring(0, SHORT_HASH);
    var text = prefix + "-" + String.join("-", words);
    var room = NAME - 1 - hash.length();
    var cut = text.substring(0, Math.min(room, text.length())).replaceAll("[-.]+$", "");
    return cut + "-" + hash;
  }

  /** The SHA-256 of a text, in hexadecimal digits. */
  public static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
