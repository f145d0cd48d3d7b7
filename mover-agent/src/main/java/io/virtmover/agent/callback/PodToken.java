// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import io.virtmover.failure.Unreadable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The token by which the controller knows the pod. The kubelet replaces its file now and then. */
final class PodToken {
  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,65536}");

  private PodToken() {}

  /**
   * What the file holds now.
   *
   * @throws UnusableFile if that is no token
   */
  static String read(Path file) throws UnusableFile {
    try {
      var token = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
      if (!FORM.matcher(token).matches()) {
        throw new UnusableFile("the token file %s holds no token".formatted(file));
      }
      return token;
    } catch (IOException e) {
      throw new UnusableFile("the token file %s: %s".formatted(file, Unreadable.why(e)));
    }
  }
}
