// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.api;

import java.nio.charset.StandardCharsets;

/** Names made of two parts, shortened with a hash when they get too long for Kubernetes. */
public final class ShortNames {
  private static final int LONGEST = 63;
  private static final int HASH_AND_DASHES = 10;

  private ShortNames() {}

  /** {@code base-suffix}, or {@code ba-hash-suffix} when that is longer than 63 characters. */
  public static String of(String base, String suffix) {
    var name = base + "-" + suffix;
    if (name.length() <= LONGEST) {
      return name;
    }
    var room = LONGEST - HASH_AND_DASHES - suffix.length();
    if (room < 0) {
      var prefix = base.substring(0, Math.min(base.length(), LONGEST - 9));
      return prefix + "-" + hash(name);
    }
    return base.substring(0, Math.min(base.length(), room)) + "-" + hash(base) + "-" + suffix;
  }

  /** FNV-1a with 32 bits, in hex. */
  private static String hash(String text) {
    var hash = 0x811c9dc5;
    for (var b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    return "%08x".formatted(hash);
  }
}
