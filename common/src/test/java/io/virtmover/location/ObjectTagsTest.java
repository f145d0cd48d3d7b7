// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The limits are those of Velero's plugin, whose bucket this is too. */
class ObjectTagsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a=1&b=2         | {a=1, b=2}
          a=&b=           | {a=, b=}
          a=x=y&b=2       | {a=x=y, b=2}
          """)
  void shouldReadPairs(String tagging, String tags) {
    assertThat(ObjectTags.parse("bsl.yaml", tagging)).hasToString(tags);
  }

  @Test
  void shouldTakeTheLongestAndTheMost() {
    assertThat(
            ObjectTags.parse("bsl.yaml", "%s=%s&b=2".formatted("k".repeat(128), "v".repeat(248))))
        .hasSize(2);
    assertThat(ObjectTags.parse("bsl.yaml", tags(10))).hasSize(10);
  }

  static Stream<String> malformed() {
    return Stream.of(
        "a=1&b",
        "a=1&=2",
        "a=1&",
        "a=1&a=2",
        "b=1&" + "k".repeat(129) + "=1",
        "b=1&a=" + "v".repeat(249));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void shouldRefuseWhatIsNoListOfPairs(String tagging) {
    assertThatThrownBy(() -> ObjectTags.parse("bsl.yaml", tagging))
        .hasMessageStartingWith(
            "bsl.yaml: tagging '%s' is not key=value&key=value".formatted(tagging));
  }

  @ParameterizedTest
  @CsvSource({"1", "11"})
  void shouldRefuseTooFewAndTooMany(int count) {
    assertThatThrownBy(() -> ObjectTags.parse("bsl.yaml", tags(count)))
        .hasMessage("bsl.yaml: tagging needs 2 to 10 tags, as Velero's plugin does.");
  }

  private static String tags(int count) {
    return IntStream.range(0, count).mapToObj("k%d=v"::formatted).collect(Collectors.joining("&"));
  }
}
