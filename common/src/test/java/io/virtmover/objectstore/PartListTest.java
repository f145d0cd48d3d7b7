// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartListTest {
  /** MD5 of {@code a} and of {@code b}. */
  private static final String A = "0cc175b9c0f1b6a831c399e269772661";

  private static final String B = "92eb5ffee6ae2fec3ad71c777531578f";

  @ParameterizedTest
  @CsvSource({
    "'', 'An upload without parts'",
    "2, 'Part 1 of the upload is missing: part 2 is in its place'",
    "0 1, 'Part 1 of the upload is missing: part 0'",
    "1 3, 'Part 2 of the upload is missing: part 3'",
    "1 1, 'Part 2 of the upload is missing: part 1'",
    "2 1, 'Part 1 of the upload is missing: part 2'",
    "1 2 2 3, 'Part 3 of the upload is missing: part 2'"
  })
  void partsThatAreNotAllThereInOrder_areOurDefect(String numbers, String words) {
    assertThatThrownBy(() -> parts(numbers))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERNAL))
        .hasMessageContaining(words);
  }

  @Test
  void theirSizes_areAddedUp() {
    assertThat(parts("1").size()).isEqualTo(5L << 30);
    assertThat(parts("1 2 3").size()).isEqualTo(15L << 30);
  }

  /** As S3 does it: the MD5 of the parts' MD5s one behind the other, a dash, their number. */
  @Test
  void theObjectsEntityTag_followsFromTheParts() {
    // given: with quotes and without, as servers send them
    var both = new PartList(List.of(part(1, "\"" + A + "\""), part(2, B)));

    // then
    assertThat(both.etag()).hasValue("\"96e024ba2074fe77e8e965ba43a704be-2\"");
    assertThat(new PartList(List.of(part(1, A))).etag().orElseThrow()).endsWith("-1\"");
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "abc",
    "0CC175B9C0F1B6A831C399E269772661",
    "0cc175b9c0f1b6a831c399e269772661-2"
  })
  void aPartWhoseTagIsNoMd5_tellsNothingOfTheObject(String etag) {
    assertThat(new PartList(List.of(part(1, A), part(2, etag))).etag()).isEmpty();
  }

  private static PartList parts(String numbers) {
    return new PartList(
        Arrays.stream(numbers.split(" "))
            .filter(number -> !number.isEmpty())
            .map(number -> part(Integer.parseInt(number), A))
            .toList());
  }

  private static UploadedPart part(int number, String etag) {
    return new UploadedPart(number, 5L << 30, etag, "");
  }
}
