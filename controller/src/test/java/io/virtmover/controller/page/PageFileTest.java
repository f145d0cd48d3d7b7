// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageFileTest {
  @Test
  void shouldAllowTheScriptAndTheStyleOfThePageAndNothingElse() {
    // when
    var page = PageFile.of("<style>a{}</style><script>run()</script>");

    // then
    assertThat(page.contentSecurityPolicy())
        .startsWith("default-src 'none'; ")
        .contains("script-src 'sha256-AvyuiL0SD1mVY3NNxR+V2uo+lhk6RMFrytWmRt6CrJQ='; ")
        .contains("style-src 'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='; ")
        .contains("connect-src 'self'; ")
        .doesNotContain("unsafe");
  }

  @Test
  void shouldBeWholeInOneFile() {
    // when
    var html = PageFile.load().html();

    // then
    assertThat(html).containsOnlyOnce("<script").containsOnlyOnce("<style");
    assertThat(html).doesNotContain("://").doesNotContain("src=").doesNotContain("@import");
  }

  /** Inline handlers and style attributes are not run, and markup is never made of texts. */
  @Test
  void shouldMakeNoMarkupOfTexts() {
    // when
    var html = PageFile.load().html();

    // then
    assertThat(html)
        .doesNotContain("innerHTML")
        .doesNotContain("outerHTML")
        .doesNotContain("insertAdjacent")
        .doesNotContain("document.write")
        .doesNotContain("eval(")
        .doesNotContain(" style=")
        .doesNotContainPattern(" on[a-z]+=");
  }
}
