// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.FailureKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents with one field {@code a} beside their version. */
class DocumentFieldsTest {
  private static final int LONGEST = 1000;

  private static final Map<String, Function<DocumentFields, Object>> READINGS =
      Map.ofEntries(
          Map.entry("text", fields -> fields.text("a")),
          Map.entry("requiredText", fields -> fields.requiredText("a")),
          Map.entry("required", fields -> fields.required("a", CheckpointName::new)),
          Map.entry("optional", fields -> fields.optional("a", CheckpointName::new)),
          Map.entry("path", fields -> fields.path("a")),
          Map.entry("requiredPath", fields -> fields.requiredPath("a")),
          Map.entry("number", fields -> fields.number("a")),
          Map.entry("requiredNumber", fields -> fields.requiredNumber("a")),
          Map.entry("requiredCount", fields -> fields.requiredCount("a")),
          Map.entry("flag", fields -> fields.flag("a")),
          Map.entry("texts", fields -> fields.texts("a")),
          Map.entry("objects", fields -> numbers(fields.objects("a"))),
          Map.entry("object", fields -> fields.object("a").map(part -> part.number("n"))));

  private static List<Long> numbers(List<DocumentFields> parts) {
    return parts.stream().map(part -> part.requiredNumber("n")).toList();
  }

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text           | "x"                | Optional[x]
          text           | ""                 | Optional[]
          text           | null               | Optional.empty
          requiredText   | "x"                | x
          required       | "c"                | c
          optional       | "c"                | Optional[c]
          optional       | null               | Optional.empty
          path           | "/x"               | Optional[/x]
          path           | null               | Optional.empty
          requiredPath   | "/x"               | /x
          number         | -9223372036854775808 | OptionalLong[-9223372036854775808]
          number         | null               | OptionalLong.empty
          requiredNumber | 0                  | 0
          requiredCount  | 2147483647         | 2147483647
          flag           | true               | true
          flag           | false              | false
          flag           | null               | false
          texts          | ["x", ""]          | [x, ]
          texts          | null               | []
          objects        | [{"n": 1}, {"n": 2}] | [1, 2]
          objects        | []                 | []
          object         | {"n": 1}           | Optional[OptionalLong[1]]
          object         | null               | Optional.empty
          """)
  void aField_isRead(String how, String value, String read) {
    assertThat(read(how, document(value))).hasToString(read);
  }

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text           | 1                   | a is not a text
          text           | ["x"]               | a is not a text
          requiredText   | null                | a is missing
          requiredText   | ""                  | a is missing
          required       | null                | a is missing
          path           | ""                  | a is empty
          path           | "\\u0000"           | a is not the path of a file
          requiredPath   | null                | a is missing
          number         | 1.0                 | a is not a whole number
          number         | "1"                 | a is not a whole number
          number         | 9223372036854775808 | a is not a whole number
          requiredNumber | null                | a is missing
          requiredCount  | -1                  | a is no count
          requiredCount  | 2147483648          | a is no count
          flag           | "true"              | a is neither true nor false
          texts          | "x"                 | a is not a list
          texts          | ["x", 1]            | a[1] is not a text
          objects        | {}                  | a is not a list
          objects        | [{"n": 1}, 2]       | a[1] is not an object
          objects        | [{"n": 1}, {}]      | a[1].n is missing
          object         | []                  | a is not an object
          object         | {"n": "x"}          | a.n is not a whole number
          object         | {"m": 1}            | the field a.m is unknown
          object         | {"m n": 1}          | there is an unknown field in a.
          """)
  void whatIsNot_isRefusedWithItsPlace(String how, String value, String words) {
    assertFails(
        () -> read(how, document(value)), FailureKind.INVALID_REQUEST, "A request: " + words);
  }

  @Test
  void whatRefusesATranslation_isToldWithItsPlace() {
    assertFails(
        () -> read("required", document("\"a/b\"")), FailureKind.INVALID_REQUEST, "A request, a: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          []                                 | A request is not a JSON object.
          1                                  | A request is not a JSON object.
          {                                  | A request is not JSON; see line 1.
          {"version": "1.0"} {}              | A request is not JSON; see line 1.
          {"version": "1.0", "hush": hush}   | A request is not JSON; see line 1.
          {"a": "x", "a": "y"}               | A request is not JSON; see line 1.
          {"a": "x"}                         | A request: version is missing.
          {"version": 1.0, "a": "x"}         | A request: version is not a text.
          {"version": "1.0", "a": "x", "b": 1}     | A request: the field b is unknown.
          {"version": "1.0", "a": "x", "b c": 1}   | A request: there is an unknown field.
          """)
  void whatIsNoDocument_isRefusedWithoutItsContent(String document, String message) {
    assertFails(() -> read("text", document), FailureKind.INVALID_REQUEST, message);
  }

  /** A number was the version before there were minor ones. */
  @Test
  void anEarlierVersion_isToldAsThat() {
    assertFails(() -> read("text", "{\"version\": 1}"), FailureKind.UNSUPPORTED, "has version 1;");
  }

  @Test
  void aLaterMinorVersion_mayKnowMore() {
    // given
    var later = document("{\"n\": 1, \"m\": 2}").replace("\"1.0\"", "\"1.2\", \"b c\": 1");

    // then
    assertThat(read("object", later)).hasToString("Optional[OptionalLong[1]]");
    assertThat(
            DocumentFields.<Boolean>read(
                "A request",
                later.getBytes(StandardCharsets.UTF_8),
                LONGEST,
                fields -> fields.requiredObject("a").isOfLaterMinor()))
        .isTrue();
  }

  @Test
  void aDocumentThatIsTooLarge_isNotLookedAt() {
    // given
    var document = document("\"x\"");
    var padding = " ".repeat(LONGEST - document.length());

    // then
    assertThat(read("text", document + padding)).hasToString("Optional[x]");
    assertFails(
        () -> read("text", document + padding + "!"),
        FailureKind.INVALID_REQUEST,
        "A request is too large.");
  }

  private static String document(String value) {
    return "{\"version\": \"1.0\", \"a\": %s}".formatted(value);
  }

  private static Object read(String how, String document) {
    return DocumentFields.read(
        "A request",
        document.getBytes(StandardCharsets.UTF_8),
        LONGEST,
        Objects.requireNonNull(READINGS.get(how)));
  }
}
