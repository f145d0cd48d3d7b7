// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import java.util.List;

/**
 * What is measured together.
 *
 * @param name what a user asks for it by
 * @param words what is measured
 * @param isLine whether all are VirtMover, and the first is what the others are compared with
 * @param preparation what has to be in the store; done once, and brought back before every run
 * @param contenders ours first, whose check ends with the negative control (a byte changed that has
 *     to be found), then the peers
 */
record Row(
    String name, String words, boolean isLine, Runnable preparation, List<Contender> contenders) {
  /** VirtMover beside others. */
  static Row comparison(
      String name, String words, Runnable preparation, List<Contender> contenders) {
    return new Row(name, words, false, preparation, contenders);
  }

  /** VirtMover beside itself. */
  static Row line(String name, String words, Runnable preparation, List<Contender> points) {
    return new Row(name, words, true, preparation, points);
  }
}
