// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Describes an answer that is not the store's, so that its reader knows who sent it. */
final class FirstWords {
  private static final int BYTES = 2048;
  private static final int LENGTH = 60;
  static final String NO_TYPE = "no content type";

  private FirstWords() {}

  /** Status, content type and the first readable words: {@code 404 (text/plain, "not found")}. */
  static String of(int status, String contentType, byte[] body) {
    var text = new String(body, 0, Math.min(body.length, BYTES), StandardCharsets.UTF_8);
    var words =
        text.replaceAll("(?is)<(script|style)\\b.*?</\\1\\s*>", " ")
            .replaceAll("(?s)<[^>]*>", " ")
            .replaceAll("[^\\p{Graph}]+", " ")
            .strip();
    if (words.length() > LENGTH) {
      words = words.substring(0, LENGTH).strip() + "...";
    }
    return "%s (%s, %s)"
        .formatted(
            Integer.toString(status),
            contentType,
            body.length == 0 ? "no body" : "\"" + words.replace('"', '\'') + "\"");
  }

  static String contentType(SdkHttpResponse response) {
    return response
        .firstMatchingHeader("Content-Type")
        .map(type -> type.replaceAll("[^\\p{Graph} ]|;.*", "").strip())
        .filter(type -> !type.isEmpty())
        .orElse(NO_TYPE);
  }
}
