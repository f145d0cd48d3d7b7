// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An AWS ini text, line by line as the AWS SDK for Go v2 reads it, which is what Velero's plugin
 * uses: sections and keys given twice are merged and the later value counts, keys are compared
 * without case, {@code :} separates like {@code =}, a comment begins at a blank before {@code #} or
 * {@code ;}, lines that say nothing are passed over.
 *
 * <p>Where that SDK goes wrong without a word (it crashes on a lone quote and gives the keys below
 * an unfinished {@code [name} to the profile above), the text is refused.
 */
final class IniText {
  /**
   * A key of a section.
   *
   * @param oddLine a line that goes on with the value or nests below it, if there is one
   */
  record Entry(String key, String spelling, String value, int line, OptionalInt oddLine) {
    private Entry oddAt(int odd) {
      return oddLine.isPresent()
          ? this
          : new Entry(key, spelling, value, line, OptionalInt.of(odd));
    }

    private Entry withoutComment() {
      return new Entry(key, spelling, trim(IniText.withoutComment(value)), line, oddLine);
    }
  }

  /** A line that cannot be understood; the message does not repeat it. */
  static final class Refusal extends Exception {
    Refusal(int line, String what) {
      super("line %d %s".formatted(line, what));
    }
  }

  private static final Pattern LINE_COMMENT = Pattern.compile("[ \\t]*[#;]");
  private static final Pattern COMMENT = Pattern.compile("[ \\t][#;].*", Pattern.DOTALL);
  private static final Pattern NAME_COMMENT = Pattern.compile("[#;].*", Pattern.DOTALL);
  private static final Pattern NAME_GAP = Pattern.compile("[ \\t]+");

  private final Map<String, Map<String, Entry>> sections = new LinkedHashMap<>();
  private @Nullable Map<String, Entry> section;
  private String currentKey = "";

  private IniText() {}

  /** The entries by section and lower-case key. */
  static Map<String, Map<String, Entry>> parse(String text) throws Refusal {
    var ini = new IniText();
    var number = 0;
    for (var line : text.split("\n", -1)) {
      ini.read(++number, line);
    }
    return ini.sections;
  }

  private void read(int number, String line) throws Refusal {
    var trimmed = trim(line);
    if (trimmed.isEmpty() || LINE_COMMENT.matcher(line).lookingAt()) {
      return;
    }
    var header = trim(NAME_COMMENT.matcher(line).replaceFirst(""));
    if (header.startsWith("[") && header.endsWith("]")) {
      open(header);
      return;
    }
    if (trimmed.startsWith("[")) {
      throw new Refusal(number, "begins a profile's name with [ and does not end it with ]");
    }
    var indented = line.startsWith(" ") || line.startsWith("\t");
    // In an indented line a comment is cut after the quotes are taken off, not before.
    var property = property(number, indented ? line : withoutComment(line));
    if (section != null) {
      body(section, number, indented, property);
    }
  }

  private void open(String header) {
    var name = trim(header.substring(1, header.length() - 1));
    currentKey = "";
    section =
        name.isEmpty()
            ? null
            : sections.computeIfAbsent(
                NAME_GAP.matcher(name).replaceFirst(" "), _ -> new LinkedHashMap<>());
  }

  private void body(
      Map<String, Entry> entries, int number, boolean indented, Optional<Entry> property) {
    var current = Optional.ofNullable(entries.get(currentKey));
    var hasValue = current.filter(entry -> !entry.value().isEmpty()).isPresent();
    if (property.isPresent() && (!indented || currentKey.isEmpty() || hasValue)) {
      var entry = indented ? property.get().withoutComment() : property.get();
      currentKey = entry.key();
      entries.put(currentKey, entry);
    } else if (indented) {
      current.ifPresent(entry -> entries.put(currentKey, entry.oddAt(number)));
    }
  }

  private static Optional<Entry> property(int number, String line) throws Refusal {
    var equals = line.indexOf('=');
    var colon = line.indexOf(':');
    var separator = equals < 0 || (colon >= 0 && colon < equals) ? colon : equals;
    if (separator < 0) {
      return Optional.empty();
    }
    var spelling = trim(line.substring(0, separator));
    return Optional.of(
        new Entry(
            spelling.toLowerCase(Locale.ROOT),
            spelling,
            unquote(number, trim(line.substring(separator + 1))),
            number,
            OptionalInt.empty()));
  }

  private static String unquote(int number, String value) throws Refusal {
    for (var quote : new String[] {"'", "\""}) {
      if (value.equals(quote)) {
        throw new Refusal(number, "has a quotation mark as its whole value");
      }
      if (value.startsWith(quote) && value.endsWith(quote)) {
        return value.substring(1, value.length() - 1);
      }
    }
    return value;
  }

  private static String withoutComment(String text) {
    return COMMENT.matcher(text).replaceFirst("");
  }

  private static String trim(String text) {
    var start = 0;
    var end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (start < end && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** What Go's {@code unicode.IsSpace} says; Java's own question leaves out the no-break spaces. */
  private static boolean isSpace(char c) {
    return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == '\u0085';
  }
}
