// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** Takes what a person can use out of exceptions' messages. */
final class S3Words {
  private S3Words() {}

  /** The message of the failure or, where it has none, of what caused it; one line, no classes. */
  static String chain(@Nullable Throwable failure) {
    for (var at = failure; at != null; at = at.getCause()) {
      var line = line(at instanceof SdkException sdk ? sdk.rawMessage() : at.getMessage());
      if (!line.isEmpty()) {
        return line;
      }
    }
    return "the connection broke";
  }

  static String line(@Nullable String text) {
    if (text == null) {
      return "";
    }
    return text.lines()
        .findFirst()
        .orElse("")
        .replaceAll("[\\w.$]+(Exception|Error): ", "")
        .replaceAll("\\(SDK Attempt Count: \\d+\\)", "")
        .replace("Unable to execute HTTP request: ", "")
        .strip()
        .replaceAll("\\.$", "")
        .replaceAll("^null$", "");
  }
}
