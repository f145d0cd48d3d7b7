// SPDX-License-Identifier: Apache-2.0
package io.virtmover.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "nightly-2026.01",
        "cp_1",
        "...",
        ".a",
        "a b",
        " ",
        "c1-2026-01-11T01:00:03Z",
        "d\u00e4mon",
        "%2e%2e",
        "a~b"
      })
  void whatCanBeASegmentOfAKey_isAName(String name) {
    assertThat(Names.checked("name", name)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'is empty'",
    "'.', 'may not be ''.'''",
    "'..', 'may not be ''..'''",
    "'a/b', 'U+002F at position 2'",
    "'/', 'U+002F at position 1'",
    "'a\\b', 'U+005C at position 2'",
    "'ab\u0000', 'U+0000 at position 3'",
    "'a\nb', 'U+000A at position 2'",
    "'a\u007f', 'U+007F at position 2'",
    "'a\u0085', 'U+0085 at position 2'",
    "'\ud83d\ude00', 'U+D83D at position 1'"
  })
  void anythingElse_isRefusedWithTheCharacterThatIsInTheWay(String name, String words) {
    assertThatThrownBy(() -> Names.checked("backup name", name))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .hasMessageStartingWith("The backup name ")
        .hasMessageContaining(words)
        .message()
        .hasLineCount(1);
  }

  @Test
  void aNameOf253Characters_isTheLongest() {
    assertThat(Names.checked("name", "a".repeat(253))).hasSize(253);
    assertThatThrownBy(() -> Names.checked("name", "a".repeat(254)))
        .hasMessage("The name has 254 characters; at most 253 are possible.");
  }

  static Stream<Arguments> kindsOfNames() {
    return Stream.of(
        kind("backup name", BackupName::new),
        kind("checkpoint name", CheckpointName::new),
        kind("volume name", VolumeName::new),
        kind("VM's namespace", name -> new VmRef(name, "vm")),
        kind("VM's name", name -> new VmRef("namespace", name)));
  }

  private static Arguments kind(String what, Function<String, Object> made) {
    return Arguments.of(what, made);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kindsOfNames")
  void everyKindOfName_isCheckedAndShownAsItIs(String what, Function<String, Object> made) {
    assertThat(made.apply("some-name").toString()).contains("some-name");
    for (var bad : List.of("", ".", "a/b")) {
      assertThatThrownBy(() -> made.apply(bad)).hasMessageStartingWith("The " + what + " ");
    }
  }

  @Test
  void names_areOrderedByTheirText() {
    assertThat(new BackupName("a")).isLessThan(new BackupName("b"));
    assertThat(new CheckpointName("a")).isLessThan(new CheckpointName("b"));
    assertThat(new VolumeName("a")).isLessThan(new VolumeName("b"));
  }
}
