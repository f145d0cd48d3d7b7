// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import io.virtmover.domain.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The page as one file, and the policy by which a browser runs its own script and style and nothing
 * else, wherever it comes from.
 */
record PageFile(String html, String contentSecurityPolicy) {
  private static final String FILE = "/page/status.html";

  static PageFile load() {
    try (var file = PageFile.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new IllegalStateException("the program lacks " + FILE);
      }
      return of(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PageFile of(String html) {
    return new PageFile(
        html,
        ("default-src 'none'; script-src '%s'; style-src '%s'; connect-src 'self'; img-src data:;"
                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
            .formatted(hash(inside(html, "script")), hash(inside(html, "style"))));
  }

  private static String inside(String html, String element) {
    var begin = "<%s>".formatted(element);
    var start = html.indexOf(begin) + begin.length();
    return html.substring(start, html.indexOf("</%s>".formatted(element), start));
  }

  private static String hash(String text) {
    var digest = Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8));
    return "sha256-" + Base64.getEncoder().encodeToString(digest);
  }
}
