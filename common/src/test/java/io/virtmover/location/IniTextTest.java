// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sections, keys and values, line by line; {@code ;} and {@code ~} stand for a line break and a
 * tabulator. What Velero's loader was seen to make of whole files is in {@link
 * CredentialsFileTest}.
 */
class IniTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          [a];k=v                  | a k v
          [a];k = v w              | a k v w
          [ a ];  k=v              | a k v
          [profile  a];k=v         | profile a k v
          [a] # more;k=v           | a k v
          [a];K=v                  | a k v
          [a];k:v=w                | a k v=w
          [a];k=v:w                | a k v:w
          [a];k='v'                | a k v
          [a];k="v w"              | a k v w
          [a];k="v'                | a k "v'
          [a];# c;k=v              | a k v
          [a];k=v # c              | a k v
          [a];k=v#c                | a k v#c
          [a]; k=v # c             | a k v
          [a]; k=v#c               | a k v#c
          [a];k=v;k=w              | a k w
          [a];k=v;[b];[a];k=w      | a k w
          [a];k=                   | a k
          [a];nothing;k=v          | a k v
          k=lost;[a];k=v           | a k v
          []; k=lost;[a];k=v       | a k v
          """)
  void shouldReadAsVelerosSdkDoes(String text, String seen) throws IniText.Refusal {
    // when
    var sections = IniText.parse(lines(text));

    // then
    var found = new StringBuilder();
    sections.forEach(
        (section, entries) ->
            entries
                .values()
                .forEach(
                    entry ->
                        found.append("%s %s %s".formatted(section, entry.key(), entry.value()))));
    assertThat(found.toString().strip()).isEqualTo(seen);
  }

  @Test
  void shouldKeepTheSpellingAndTheLineForMessages() throws IniText.Refusal {
    var entry = entry("\n[a]\nAws_Key = v\n", "aws_key");
    assertThat(entry.spelling()).isEqualTo("Aws_Key");
    assertThat(entry.line()).isEqualTo(3);
    assertThat(entry.oddLine()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"[a];k=v; w, v, 3", "[a];k=; w=x, '', 3", "[a];k=v; w; x, v, 3"})
  void shouldNoteALineThatGoesOnWithAValue(String text, String value, int odd)
      throws IniText.Refusal {
    var entry = entry(lines(text), "k");
    assertThat(entry.oddLine()).hasValue(odd);
    assertThat(entry.value()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      value = {"[a];k=', 2", "[a];k=\", 2", "[a];j=x;k = ' , 3"})
  void shouldRefuseALoneQuotationMark(String text, int line) {
    assertThatThrownBy(() -> IniText.parse(lines(text)))
        .isInstanceOf(IniText.Refusal.class)
        .hasMessage("line %s has a quotation mark as its whole value".formatted("" + line));
  }

  private static IniText.Entry entry(String text, String key) throws IniText.Refusal {
    return requireNonNull(requireNonNull(IniText.parse(text).get("a")).get(key));
  }

  private static String lines(String text) {
    return text.replace(';', '\n').replace('~', '\t');
  }
}
