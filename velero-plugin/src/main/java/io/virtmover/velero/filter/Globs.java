// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.filter;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Names with wildcards: {@code *} is any text, {@code ?} any character, {@code [a-c]} and {@code
 * [!a]} one of some characters, {@code {a,b}} one of some texts, and a backslash takes the meaning
 * of what follows.
 */
final class Globs {
  private static final char ESCAPE = '\\';

  private final String glob;
  private final StringBuilder expression = new StringBuilder();
  private int position;
  private int depth;

  private Globs(String glob) {
    this.glob = glob;
  }

  /** Whether one of them means a text; one that cannot be read means none. */
  static boolean match(Collection<String> globs, String text) {
    return globs.stream().anyMatch(glob -> new Globs(glob).matches(text));
  }

  private boolean matches(String text) {
    while (position < glob.length()) {
      translate(glob.charAt(position++));
    }
    try {
      return Pattern.compile(expression.toString()).matcher(text).matches();
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private void translate(char character) {
    switch (character) {
      case '*' -> expression.append(".*");
      case '?' -> expression.append('.');
      case '[' -> openClass();
      case '{' -> {
        depth++;
        expression.append("(?:");
      }
      case '}' -> {
        depth--;
        expression.append(')');
      }
      case ',' -> expression.append(depth > 0 ? "|" : ",");
      case ESCAPE -> literal(position < glob.length() ? glob.charAt(position++) : ESCAPE);
      default -> literal(character);
    }
  }

  private void openClass() {
    expression.append('[');
    if (glob.startsWith("!", position)) {
      expression.append('^');
      position++;
    }
    var end = glob.indexOf(']', position);
    while (position < end) {
      var character = glob.charAt(position++);
      expression.append("^[&\\".indexOf(character) < 0 ? "" : "\\").append(character);
    }
    if (end >= 0) {
      expression.append(']');
      position++;
    }
  }

  private void literal(char character) {
    expression.append(Pattern.quote(String.valueOf(character)));
  }
}
