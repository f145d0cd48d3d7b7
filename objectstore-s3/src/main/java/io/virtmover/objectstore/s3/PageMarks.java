// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import org.jspecify.annotations.Nullable;

/**
 * Where the pages of a listing go on, as far as it takes to notice that they go round in a circle:
 * one mark is remembered, exchanged after 1, 2, 4, 8 ... pages, so that the first one that is as
 * old as the circle is met again (Brent's algorithm).
 */
final class PageMarks {
  private @Nullable Object remembered;
  private long pagesSince;
  private long longest = 1;

  /**
   * Notes where a listing goes on.
   *
   * @throws WrongAnswer if it does not say so, or says what it has said before
   */
  void goOn(@Nullable Object next) {
    if (next == null || next.equals(remembered)) {
      throw WrongAnswer.of("a listing that is not complete and does not say how it goes on");
    }
    if (++pagesSince == longest) {
      remembered = next;
      pagesSince = 0;
      longest *= 2;
    }
  }
}
