// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a disk holds, in one word. */
public final class DiskHash {
  private static final int PIECE = 1 << 20;

  private DiskHash() {}

  /** SHA-256 of the first {@code length} bytes of a file or device. */
  public static String sha256(Path disk, long length) {
    try (var in = Files.newInputStream(disk)) {
      var digest = MessageDigest.getInstance("SHA-256");
      var piece = new byte[PIECE];
      for (var left = length; left > 0; ) {
        var count = in.read(piece, 0, (int) Math.min(piece.length, left));
        if (count < 0) {
          throw new IllegalStateException(disk + " is too short");
        }
        digest.update(piece, 0, count);
        left -= count;
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
