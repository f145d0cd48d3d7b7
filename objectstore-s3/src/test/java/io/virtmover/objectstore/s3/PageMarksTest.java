// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageMarksTest {
  /** Pages before the circle, pages in it, and how many are asked for until it is noticed. */
  @ParameterizedTest
  @CsvSource({
    "0, 1, 2",
    "0, 2, 3",
    "0, 3, 6",
    "1, 1, 4",
    "7, 2, 17",
    "100, 1, 128",
    "100, 50, 177",
  })
  void shouldNoticeACircle(int before, int circle, int asked) {
    // given
    var marks = new PageMarks();

    // when
    var pages = 0;
    while (goesOn(marks, pages < before ? pages : before + (pages - before) % circle)) {
      pages++;
    }

    // then
    assertThat(pages + 1).isEqualTo(asked);
  }

  private static boolean goesOn(PageMarks marks, int mark) {
    return catchThrowable(() -> marks.goOn(mark)) == null;
  }

  @Test
  void shouldLetALongListingGoOn() {
    var marks = new PageMarks();
    for (var page = 0; page < 100_000; page++) {
      marks.goOn("token-" + page);
    }
  }

  @Test
  void shouldRefuseToGoOnFromNowhere() {
    assertThatThrownBy(() -> new PageMarks().goOn(null))
        .isInstanceOf(WrongAnswer.class)
        .hasMessage("a listing that is not complete and does not say how it goes on");
  }
}
