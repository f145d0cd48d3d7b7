// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents with one field {@code a}. */
class FieldsTest {
  private static final Map<String, Function<Fields, Object>> READINGS =
      Map.of(
          "text", fields -> fields.text("a"),
          "requiredText", fields -> fields.requiredText("a"),
          "number", fields -> fields.number("a"),
          "numberOr7", fields -> fields.numberOr("a", 7),
          "texts", fields -> fields.texts("a"),
          "objects", fields -> fields.objects("a").stream().map(Fields::node).toList(),
          "object", fields -> fields.object("a").map(Fields::node));

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text         | {"a": "x"}              | Optional[x]
          text         | {"A": "x"}              | Optional[x]
          text         | {"a": ""}               | Optional[]
          text         | {"a": null}             | Optional.empty
          text         | {"b": "x"}              | Optional.empty
          requiredText | {"a": "x"}              | x
          number       | {"a": 0}                | 0
          number       | {"a": 9223372036854775807} | 9223372036854775807
          numberOr7    | {}                      | 7
          numberOr7    | {"a": null}             | 7
          numberOr7    | {"a": 3}                | 3
          texts        | {"a": ["x", null, ""]}  | [x, , ]
          texts        | {"a": []}               | []
          texts        | {"a": null}             | []
          texts        | {}                      | []
          objects      | {"a": [{}, {"b": 1}]}   | [{}, {"b":1}]
          objects      | {}                      | []
          object       | {"a": {"b": 1}}         | Optional[{"b":1}]
          object       | {"a": null}             | Optional.empty
          """)
  void aField_isReadAsGoReadsIt(String how, String document, String value) {
    assertThat(read(how, document)).hasToString(value);
  }

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text         | {"a": 1}                | a is not a string
          text         | {"a": ["x"]}            | a is not a string
          text         | {"a": "x", "A": "x"}    | a is there twice
          requiredText | {}                      | a is missing
          requiredText | {"a": ""}               | a is missing
          requiredText | {"a": null}             | a is missing
          number       | {}                      | a is missing
          number       | {"a": "1"}              | a is not a whole number
          number       | {"a": 1.5}              | a is not a whole number
          number       | {"a": 1.0}              | a is not a whole number
          number       | {"a": -1}               | a is negative
          number       | {"a": 9223372036854775808} | a is not a whole number
          numberOr7    | {"a": true}             | a is not a whole number
          texts        | {"a": "x"}              | a is not an array
          texts        | {"a": {}}               | a is not an array
          texts        | {"a": ["x", 1]}         | a[1] is not a string
          objects      | {"a": [{}, null]}       | a[1] is not an object
          objects      | {"a": {}}               | a is not an array
          object       | {"a": []}               | a is not an object
          """)
  void whatGoWouldRefuse_isRefusedWithItsPlace(String how, String document, String words) {
    assertThatThrownBy(() -> read(how, document))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP))
        .hasMessage("index.json cannot be read: %s. Rebuild it.", words);
  }

  @Test
  void aPlaceInside_isNamedByTheWayToIt() {
    // given
    var document = fields("{\"list\": [{}, {\"inner\": {\"n\": -1}}]}");

    // then
    assertThatThrownBy(
            () -> document.objects("list").get(1).object("inner").orElseThrow().number("n"))
        .hasMessageContaining(": list[1].inner.n is negative.");
  }

  @Test
  void knownKeys_areSpelledAsTheFormatDoes_andOthersKept() {
    // when
    var spelled =
        fields("{\"VMNAME\": \"x\", \"Later\": {\"VmName\": 1}}").spelled(List.of("vmName"));

    // then
    assertThat(spelled).hasToString("{\"vmName\":\"x\",\"Later\":{\"VmName\":1}}");
  }

  @Test
  void aKeyInTwoSpellings_isRefused() {
    // given
    var document = fields("{\"vmname\": \"x\", \"vmName\": \"y\"}");

    // then
    assertThatThrownBy(() -> document.spelled(List.of("vmName")))
        .hasMessageContaining("vmName is there twice");
  }

  private static Object read(String how, String document) {
    return Objects.requireNonNull(READINGS.get(how)).apply(fields(document));
  }

  private static Fields fields(String document) {
    var bytes = ByteBuffer.wrap(document.getBytes(StandardCharsets.UTF_8));
    return Fields.of("index.json", GoJson.read("index.json", bytes, ""), "Rebuild it.");
  }
}
