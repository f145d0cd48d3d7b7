// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A document that a test makes. {@code -Dgolden.rewrite=true} writes it anew; the difference is to
 * be reviewed.
 */
public final class GoldenDocument {
  private static final Path DOCUMENTS = Path.of("..", "docs");

  private GoldenDocument() {}

  /** Asserts that the document is this text. */
  public static void assertIs(String name, String text) throws IOException {
    var path = DOCUMENTS.resolve(name);
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.writeString(path, text);
    }
    assertThat(Files.readString(path))
        .as("docs/%s is out of date: run this test with -Dgolden.rewrite=true", name)
        .isEqualTo(text);
  }

  /** Asserts that between two lines the document is this text. */
  public static void assertHas(String name, String begin, String end, String text)
      throws IOException {
    var whole = Files.readString(DOCUMENTS.resolve(name));
    var from = whole.indexOf(begin + "\n");
    var to = whole.indexOf(end + "\n");
    assertThat(from).as("docs/%s has the line %s", name, begin).isNotNegative().isLessThan(to);
    assertIs(name, whole.substring(0, from) + begin + "\n" + text + whole.substring(to));
  }
}
